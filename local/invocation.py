"""Invokes a function and waits for what it says."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from local.emulator import Emulator


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """What came of it; the error is the function's own, in its words."""

    payload: Any
    error: str | None
    log: str  # the last 4 KB


def invoke(emulator: Emulator, function: str, payload: str) -> Invocation:
    """Invoke the function with that JSON, such as a schedule's own input."""
    reply = emulator.session.client("lambda").invoke(FunctionName=function, Payload=payload.encode(), LogType="Tail")
    result = json.loads(reply["Payload"].read() or "null")
    failure = reply.get("FunctionError")
    return Invocation(
        payload=result,
        error=result.get("errorMessage", failure) if failure else None,
        log=base64.b64decode(reply.get("LogResult", "")).decode(errors="replace"),
    )
