import os
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from infra.config import Config
from infra.stack import ImportWatchStack
from tests.infra.contexts import a_config, a_watch
from tests.infra.deployed import Deployed

REPOSITORY = Path(__file__).parents[2]


def deploy(config: Config, code: Path) -> Deployed:
    (code / "code.py").write_text("# stands in for the bundle")
    app = App(analytics_reporting=False, outdir=str(code.parent / "cdk.out"))
    stack = ImportWatchStack(app, "ImportWatch", config=config, code=lambda_.Code.from_asset(str(code)))
    return Deployed(Template.from_stack(stack).to_json())


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """Two watches with addresses in common, somebody on duty, segments and a whole application, a bus of their own."""
    config = a_config(
        a_watch(targets=["pinpoint:app/segment", "pinpoint:app/other"], email=["both@example.com"]),
        a_watch(
            name="customers",
            every="5 minutes",
            targets=["pinpoint:crm"],
            email=["both@example.com", "one@example.com"],
            eventBus="crm/imports",
        ),
        operationsEmail=["duty@example.com", "duty@example.com"],
        pageSize=50,
        logLevel="DEBUG",
    )
    return deploy(config, tmp_path_factory.mktemp("code"))


@pytest.fixture(scope="session")
def deployed_wide(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """As many targets as a schedule can carry, in as many applications as Pinpoint allows."""
    targets = [f"pinpoint:{application:032x}/{index:032x}" for application in range(100) for index in range(30)]
    return deploy(a_config(a_watch(targets=targets)), tmp_path_factory.mktemp("code"))


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
