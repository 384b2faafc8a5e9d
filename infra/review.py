"""Synthesis under review: rule packs look at every resource, and whatever they find must be mended or acknowledged."""

import json
from collections.abc import Iterator
from pathlib import Path

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks


class FindingsError(RuntimeError):
    """The packs found what nobody has acknowledged; the text says where and what."""


def synthesize(app: App) -> None:
    """Write the cloud assembly; FindingsError where a finding isn't acknowledged."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(), ServerlessChecks(), NIST80053R5Checks())
    try:
        app.synth()
    except RuntimeError as error:  # which jsii makes of every error of CDK's
        if not str(error).startswith("ValidationFailed"):
            raise
        raise FindingsError(f"Not in infra/acknowledged.py: {'; '.join(_findings(Path(app.outdir)))}") from None


def _findings(assembly: Path) -> Iterator[str]:
    for pack in json.loads((assembly / "validation-report.json").read_text())["pluginReports"]:
        for violation in pack["violations"]:
            for construct in violation["violatingConstructs"]:
                yield f"{construct['constructPath']}: {violation['ruleName']}: {violation['description']}"
