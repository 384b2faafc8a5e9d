"""The function as it is deployed: its bundle, its environment, its role's credentials; a process for each tick."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

import time_machine

from local.emulator import INTERPRETER, REGION, Emulator
from local.stand_in import endpoints
from tests.faults.wire.plan import PATIENCE, Fault, Script
from tests.faults.wire.proxy import Proxy

ZYGOTE = Path(__file__).with_name("zygote.py")


class WorkerError(RuntimeError):
    """The function did not start, or fails by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a tick: its result, its own error, or neither where its process died."""

    result: Mapping[str, Any] | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A tick under way."""

    script: Script
    lines: TextIO

    def outcome(self) -> Outcome:
        """Wait for its end, and for the end of all that it asked for; a tick that takes too long is killed."""
        with self.lines:
            try:
                said = self.lines.readline()
            except TimeoutError:
                self.script.signal(signal.SIGKILL)
                raise
            except ConnectionResetError:  # it was killed
                said = ""
        self.script.settle()
        return Outcome(**json.loads(said)) if said else Outcome()


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Starts ticks, several at once if asked."""

    address: tuple[str, int]
    proxy: Proxy
    log: Path

    def start(self, watch: Mapping[str, Any], now: datetime, fault: Fault) -> Running:
        """Start a tick of the watch with its clock at that moment and that fault in its way."""
        connection = socket.create_connection(self.address, timeout=PATIENCE)
        with connection:
            lines = connection.makefile("rw")
        if not (hello := lines.readline()):
            raise WorkerError(f"the function did not start; its log:\n{self.log.read_text()[-2000:]}")
        script = Script(id=f"Root={uuid4()}", fault=fault, pid=json.loads(hello)["pid"])
        self.proxy.expect(script)
        lines.write(json.dumps({"id": script.id, "now": now.isoformat(), "event": {"watch": watch}}) + "\n")
        lines.flush()
        return Running(script=script, lines=lines)


@contextmanager
def running_worker(environment: Mapping[str, str], proxy: Proxy, bundle: Path, scratch: Path) -> Iterator[Worker]:
    """Start that bundle's function in that environment, with nothing of ours. No process outlives the block."""
    log = scratch / "worker.log"
    own = {
        "PYTHONPATH": f"{bundle}:{_tools(scratch)}",
        "PYTHONDONTWRITEBYTECODE": "1",  # the bundle stays as it was made
        "PYTHONUNBUFFERED": "1",
        "TZ": "UTC",
        "HOME": os.devnull,  # where there is no ~/.aws
    }
    with socket.create_server(("127.0.0.1", 0)) as listener, log.open("wb") as output:
        zygote = subprocess.Popen(  # noqa: S603 - the emulator's own interpreter, with arguments made here
            [INTERPRETER, "-P", ZYGOTE, str(listener.fileno())],
            cwd=scratch,
            env={**environment, **own},
            pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # with its ticks it ends as one
        )
        try:
            yield Worker(address=listener.getsockname(), proxy=proxy, log=log)
        finally:
            os.killpg(zygote.pid, signal.SIGKILL)
            zygote.wait()


def environment(emulator: Emulator, proxy: Proxy, function: str) -> dict[str, str]:
    """Give a deployed function what Lambda would: its settings, its role's credentials; its services by the proxy."""
    configuration = emulator.session.client("lambda").get_function_configuration(FunctionName=function)
    assumed = emulator.session.client("sts").assume_role(RoleArn=configuration["Role"], RoleSessionName="faults")
    aws, stand_in = proxy.urls
    return {
        **configuration["Environment"]["Variables"],
        "_HANDLER": configuration["Handler"],
        "AWS_LAMBDA_FUNCTION_NAME": function,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": assumed["Credentials"]["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": assumed["Credentials"]["SecretAccessKey"],
        "AWS_SESSION_TOKEN": assumed["Credentials"]["SessionToken"],
        "AWS_ENDPOINT_URL": aws,
        **endpoints(stand_in),
    }


def _tools(scratch: Path) -> Path:
    """Put time-machine, and only that, where the worker can import it."""
    package = Path(time_machine.__file__).parent
    tools = scratch / "tools"
    tools.mkdir()
    for each in [package, *package.parent.glob("_time_machine.*")]:
        (tools / each.name).symlink_to(each)
    return tools
