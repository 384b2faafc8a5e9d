"""Plays every story, and prints what was found."""

import sys

from tests.faults.wire.suite import run

findings = run(print)
print(f"{findings.points} points, {findings.faults} faults injected, {findings.deliveries} deliveries")  # noqa: T201
print(*findings.losses, *findings.doubles, sep="\n")  # noqa: T201
sys.exit(not findings.clean)
