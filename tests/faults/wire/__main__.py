"""Plays every story, and prints what was found."""

import sys

from tests.faults.wire.suite import run

findings = run(print)
print(f"{findings.points} points, {findings.faults} faults injected, {findings.deliveries} deliveries")  # noqa: T201
print(f"{len(findings.losses)} losses, {len(findings.doubles)} doubles beyond the bound")  # noqa: T201
for each in findings.losses + findings.doubles:
    print(each)  # noqa: T201
sys.exit(not findings.clean)
