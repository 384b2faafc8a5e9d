import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App
from aws_cdk import aws_lambda as lambda_

from import_watch.sources import registry
from infra.config import Config
from infra.review import synthesize
from infra.stack import ImportWatchStack
from tests.infra.contexts import a_config, a_watch, targets_of
from tests.infra.deployed import Deployed

REPOSITORY = Path(__file__).parents[2]


def assemble(config: Config, code: Path) -> Path:
    """Synthesize under review, as app.py does; gives the cloud assembly's directory."""
    (code / "code.py").write_text("# stands in for the bundle")
    out = code.parent / f"{code.name}.out"
    app = App(analytics_reporting=False, outdir=str(out))
    ImportWatchStack(app, "ImportWatch", config=config, code=lambda_.Code.from_asset(str(code)))
    synthesize(app)
    return out


def deploy(config: Config, code: Path) -> Deployed:
    return read(assemble(config, code))


def read(assembly: Path) -> Deployed:
    return Deployed(json.loads((assembly / "ImportWatch.template.json").read_text()))


@pytest.fixture(scope="session")
def two_watches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two watches with addresses in common, one on duty, segments and an application, a bus and a chat of their own."""
    config = a_config(
        a_watch(targets=["pinpoint:app/segment", "pinpoint:app/other"], email=["both@example.com"]),
        a_watch(
            name="customers",
            every="5 minutes",
            targets=["pinpoint:crm"],
            email=["both@example.com", "one@example.com"],
            eventBus="crm/imports",
            chat=True,
            digestAbove=None,
        ),
        operationsEmail=["duty@example.com", "duty@example.com"],
        pageSize=50,
        logLevel="DEBUG",
    )
    return assemble(config, tmp_path_factory.mktemp("code"))


@pytest.fixture(scope="session")
def many_targets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many targets as a schedule can carry, in as many applications as Pinpoint allows."""
    targets = [f"pinpoint:{application:032x}/{index:032x}" for application in range(100) for index in range(30)]
    return assemble(a_config(a_watch(targets=targets)), tmp_path_factory.mktemp("code"))


@pytest.fixture(scope="session")
def whole_account(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All applications by one watch, and a segment and an application of theirs by another."""
    watches = [
        a_watch(name="all", targets=["pinpoint:*"]),
        a_watch(targets=["pinpoint:app/segment", "pinpoint:crm"]),
    ]
    return assemble(a_config(*watches), tmp_path_factory.mktemp("code"))


@pytest.fixture(scope="session")
def every_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that targets of any source look like, each in a watch of its own."""
    targets = [target for source in registry.MODULES for target in targets_of(source)]
    watches = [a_watch(name=f"w{number}", targets=[target]) for number, target in enumerate(targets)]
    return assemble(a_config(*watches), tmp_path_factory.mktemp("code"))


@pytest.fixture(scope="session")
def deployed(two_watches: Path) -> Deployed:
    return read(two_watches)


@pytest.fixture(scope="session")
def deployed_wide(many_targets: Path) -> Deployed:
    return read(many_targets)


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Synthesize by `python app.py` alone, from another directory, with nothing on the path."""
    outdir = tmp_path_factory.mktemp("assembly")
    environment = os.environ | {"CDK_OUTDIR": str(outdir), "PATH": "", "AWS_EC2_METADATA_DISABLED": "true"}
    environment["FORCE_COLOR"] = "1"  # as CDK's command line sets it
    for inherited in ("CDK_CONTEXT_JSON", "JSII_NODE"):
        environment.pop(inherited, None)
    done = subprocess.run(  # noqa: S603 - our own app
        [sys.executable, str(REPOSITORY / "app.py")],
        cwd=outdir,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return outdir
