"""The real `aws` command line, version 1 from PyPI: what the product's answers are compared with."""

import io
import subprocess
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jmespath  # type: ignore[import-untyped]
from awscli.formatter import get_formatter  # type: ignore[import-untyped]

AWS = Path(sys.executable).with_name("aws")
TITLE = "GetSegmentImportJobs"


def aws(arguments: Sequence[str], environment: Mapping[str, str], service: str = "pinpoint") -> str:
    """Run it as a process."""
    run = subprocess.run(  # noqa: S603 - the project's own copy
        [AWS, service, *arguments], env=dict(environment), capture_output=True, text=True, check=True, timeout=120
    )
    return run.stdout


def formatted(value: Any, output: str, title: str = TITLE) -> str | None:
    """Have its formatter write what a query leaves, without its start; None where it fails."""
    stream = io.StringIO()
    options = Namespace(query=jmespath.compile("value"), color="off", output=output)
    try:
        get_formatter(output, options)(title, {"value": value}, stream)
    except (AttributeError, IndexError, TypeError, ValueError):
        return None
    return stream.getvalue()
