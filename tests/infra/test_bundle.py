import filecmp
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from infra import bundle as bundling
from infra.bundle import BundlingFailedError, bundle
from infra.models import CALLS

DEPENDENCIES = """
import sys
sys.path.insert(0, sys.argv[1])
import boto3, aws_lambda_powertools, aws_lambda_powertools.metrics
for service in sys.argv[2:]:
    boto3.client(service, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
outside = [m.__file__ for m in sys.modules.values() if "site-packages" in (getattr(m, "__file__", None) or "")]
assert not outside, outside
"""


AN_ARN = "arn:aws:sns:eu-west-1:123456789012:topic"
START = """
import gc, importlib, json, sys
sys.path.insert(0, sys.argv[1])
started = importlib.import_module(sys.argv[2])
loaded = [name for name in ("pydantic", "aws_xray_sdk") if name in sys.modules]
print(json.dumps([gc.isenabled(), gc.get_freeze_count(), loaded]))
"""
ENDPOINTS = """
import sys
sys.path.insert(0, sys.argv[1])
import boto3
session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x")
for region in ("eu-west-1", "us-east-1", "ap-northeast-3", "us-gov-west-1", "cn-north-1", "xx-new-1"):
    for service in sys.argv[2:]:
        client = session.client(service, region_name=region)
        print(region, client.meta.endpoint_url, client.meta.config.signature_version)
"""


@pytest.fixture(scope="session")
def bundled(assembly: Path) -> Path:
    [asset] = assembly.glob("asset.*")
    return asset


def files(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}


def test_the_operator_s_command_line_stays_out(bundled: Path) -> None:
    """It, and all that it alone needs."""
    names = {path.name.split("-")[0].lower() for path in bundled.iterdir()}
    assert "import_watch" in names
    assert not names & {"import_watch_cli", "click", "rich", "yaml", "pyyaml"}


def test_synthesis_needs_nothing(assembly: Path, bundled: Path) -> None:
    """`python app.py` alone makes a template from the cdk.json that ships, whose function is the bundle."""
    template = json.loads((assembly / "ImportWatch.template.json").read_text())
    [function] = [one for one in template["Resources"].values() if one["Type"] == "AWS::Lambda::Function"]
    assert bundled.name == f"asset.{function['Properties']['Code']['S3Key'].removesuffix('.zip')}"


def test_the_template_belongs_to_no_account(assembly: Path) -> None:
    """One template for every account and Region: nothing was looked up, and no path of this machine is in it."""
    manifest = json.loads((assembly / "manifest.json").read_text())
    assert manifest["artifacts"]["ImportWatch"]["environment"] == "aws://unknown-account/unknown-region"
    assert not manifest.get("missing")
    assert str(Path.cwd()) not in (assembly / "ImportWatch.template.json").read_text()


def test_the_bundle_is_complete(bundled: Path) -> None:
    """From the bundle alone, the function's dependencies import and its clients are made."""
    run(DEPENDENCIES, str(bundled), *sorted(CALLS))
    assert (bundled / "import_watch" / "handlers" / "__init__.py").is_file()


def test_a_handler_starts_from_the_bundle_with_its_collector_on_again(assembly: Path, bundled: Path) -> None:
    """What it made while it started is never looked through; and nothing is loaded that start-up can't afford."""
    template = json.loads((assembly / "ImportWatch.template.json").read_text())
    [function] = [one for one in template["Resources"].values() if one["Type"] == "AWS::Lambda::Function"]
    variables = function["Properties"]["Environment"]["Variables"]
    environment = {name: text if isinstance(text, str) else AN_ARN for name, text in variables.items()}
    environment |= {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "CHUNKS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/1/chunks",
    }
    modules = [
        path for path in (bundled / "import_watch" / "handlers").glob("*.py") if "\ndef handler(" in path.read_text()
    ]
    assert function["Properties"]["Handler"] in {f"import_watch.handlers.{path.stem}.handler" for path in modules}
    for path in modules:
        done = run(START, str(bundled), f"import_watch.handlers.{path.stem}", **environment)
        enabled, frozen, loaded = json.loads(done)
        assert (enabled, loaded) == (True, [])
        assert frozen > 10_000


def test_its_clients_go_where_those_of_the_whole_botocore_go(bundled: Path) -> None:
    """In each partition, and in a Region that botocore has never heard of."""
    go_where = run(ENDPOINTS, str(bundled), *sorted(CALLS))
    assert go_where == run(ENDPOINTS, str(Path(boto3.__file__).parents[1]), *sorted(CALLS))
    assert len(set(go_where.splitlines())) == 6 * len(CALLS)


def run(script: str, packages: str, *arguments: str, **environment: str) -> str:
    """Run a script with these packages and no others; what it prints."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-I", "-S", "-B", "-c", script, packages, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_bundle_holds_no_more(bundled: Path) -> None:
    """What the function never uses isn't in it: other services' models, scripts, an installer's notes."""
    for package in ("botocore", "boto3"):
        models = {path.name for path in (bundled / package / "data").iterdir() if path.is_dir()}
        assert models <= CALLS.keys()
    assert {path.name for path in (bundled / "botocore" / "data").iterdir()} >= CALLS.keys() | {"endpoints.json"}
    assert not {"bin", ".lock"} & {path.name for path in bundled.iterdir()}
    assert not any(path.endswith(("RECORD", "INSTALLER", "REQUESTED", ".so", ".exe")) for path in files(bundled))
    assert (bundled / next(bundled.glob("boto3-*.dist-info")) / "METADATA").is_file()


def test_the_same_bundle_again(bundled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bundling twice gives the same bytes, without asking anyone the second time."""
    for proxy in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(proxy, "http://127.0.0.1:9")  # nobody answers there
    bundle(tmp_path)
    assert files(tmp_path) == files(bundled)
    assert filecmp.cmpfiles(tmp_path, bundled, files(bundled), shallow=False)[1:] == ([], [])


def test_bytecode_is_lambdas_or_none(bundled: Path) -> None:
    """Bytecode is compiled for Lambda's Python, never checked against file times, or left out."""
    compiled = list(bundled.rglob("*.pyc"))
    assert all(path.name.endswith(".cpython-313.pyc") for path in compiled)
    assert all(path.read_bytes()[4:8] == b"\x01\x00\x00\x00" for path in compiled), "hash-based, unchecked"
    if sys.version_info[:2] == (3, 13):
        assert len(compiled) == len(list(bundled.rglob("*.py")))
        assert str(bundled).encode() not in compiled[0].read_bytes()


def test_without_lambdas_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a working Python of Lambda's version, a broken one on the path included, there is no bytecode."""
    broken = tmp_path / "python3.13"
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    (code := tmp_path / "code").mkdir()
    (code / "module.py").write_text("x = 1\n")
    bundling._compile(code)  # noqa: SLF001 - one step of bundling
    assert files(code) == {"module.py"}


def test_a_module_that_cannot_be_compiled_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiler names it on its standard output."""
    monkeypatch.setattr(bundling, "_is_lambdas_python", lambda _: True)
    (tmp_path / "broken.py").write_text("def")
    with pytest.raises(BundlingFailedError, match=r"(?s)compileall .*failed: .*broken\.py"):
        bundling._compile(tmp_path)  # noqa: SLF001 - one step of bundling


def test_a_failure_says_what_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the dependencies can't be installed, the error says which command failed and what it said."""
    monkeypatch.setattr(bundling, "REPOSITORY", tmp_path)
    with pytest.raises(BundlingFailedError, match=r"(?s)uv .* export .*failed: .*pyproject\.toml"):
        bundle(tmp_path / "bundle")


def test_a_dependency_that_is_not_the_locked_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it is in uv's cache or on its way: nothing but the locked bytes gets into the bundle."""
    for name in ("pyproject.toml", "uv.lock"):
        (tmp_path / name).write_text((bundling.REPOSITORY / name).read_text())
    lock = (tmp_path / "uv.lock").read_text()
    [wheel] = re.findall(rf'/boto3-{boto3.__version__}-py3-none-any\.whl", hash = "sha256:([0-9a-f]+)"', lock)
    (tmp_path / "uv.lock").write_text(lock.replace(wheel, "0" * len(wheel)))
    monkeypatch.setattr(bundling, "REPOSITORY", tmp_path)
    with pytest.raises(BundlingFailedError, match=rf"pip install failed: .*boto3=={boto3.__version__}"):
        bundle(tmp_path / "bundle")
