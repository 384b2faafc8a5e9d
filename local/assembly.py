"""A synthesized cloud assembly: its template and its assets, as `cdk deploy` would read them."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).resolve().parent.parent
EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest date that a zip file can hold

Template: TypeAlias = dict[str, Any]


class SynthesisError(RuntimeError):
    """`app.py` refused, and says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file, or a directory to be zipped, and where in S3 the template expects it."""

    source: Path
    bucket: str
    key: str

    def read(self) -> bytes:
        """Give what is to be uploaded, the same bytes for the same files."""
        return _zipped(self.source) if self.source.is_dir() else self.source.read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """One stack, ready to be deployed."""

    stack: str
    template: Template
    assets: tuple[Asset, ...] = ()

    @property
    def schedule_inputs(self) -> dict[str, str]:
        """What each schedule hands to the function, by the name of its watch."""
        inputs = [
            resource["Properties"]["Target"]["Input"]
            for resource in self.template["Resources"].values()
            if resource["Type"] == "AWS::Scheduler::Schedule"
        ]
        return {json.loads(text)["watch"]["name"]: text for text in inputs}


def synthesize(context: Mapping[str, object], out: Path) -> Assembly:
    """Run `app.py` as the CDK's command line does, with that context, into that directory."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_"))}
    environment = {**own, "CDK_OUTDIR": str(out)}
    with tempfile.TemporaryDirectory(prefix="import-watch-", ignore_cleanup_errors=True) as scratch:
        # Not by CDK_CONTEXT_JSON, which has no room for more than 128 KiB on Linux.
        (overflow := Path(scratch, "context.json")).write_text(json.dumps(context))
        environment["CONTEXT_OVERFLOW_LOCATION_ENV"] = str(overflow)
        app = subprocess.Popen(
            [sys.executable, ROOT / "app.py"],
            cwd=ROOT,
            env={**environment, "TMPDIR": scratch},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # with what it starts, Node and uv, it ends as one
        )
        try:
            output, errors = app.communicate()
        except BaseException:
            os.killpg(app.pid, signal.SIGKILL)
            app.wait()
            raise
    if app.returncode:
        raise SynthesisError(errors.strip() or output.strip())
    return read_assembly(out)


def read_assembly(out: Path) -> Assembly:
    """Read the one stack in a `cdk.out` directory."""
    (template,) = out.glob("*.template.json")
    stack = template.name.removesuffix(".template.json")
    manifest = json.loads((out / f"{stack}.assets.json").read_text())
    assets = (_asset(out, file) for file in manifest["files"].values())
    return Assembly(
        stack=stack,
        template=json.loads(template.read_text()),
        assets=tuple(asset for asset in assets if asset.source != template),
    )


def _asset(out: Path, file: Mapping[str, Any]) -> Asset:
    (destination,) = file["destinations"].values()
    return Asset(source=out / file["source"]["path"], bucket=destination["bucketName"], key=destination["objectKey"])


def _zipped(directory: Path) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(path for path in directory.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(directory).as_posix(), EPOCH)
            entry.external_attr = path.stat().st_mode << 16
            archive.writestr(entry, path.read_bytes())  # stored: it never leaves this machine
    return buffer.getvalue()
