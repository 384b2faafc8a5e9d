"""The emulator: AWS on the loopback interface, with IAM enforced, for as long as a `with` block lasts."""

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import boto3
import botocore.session
from botocore.config import Config

from local.stand_in import endpoints

HERE = Path(__file__).resolve().parent
INTERPRETER = HERE.parent / ".tools" / "emulator" / "bin" / "python"
ACCOUNT = "000000000000"
REGION = "us-east-1"
STARTS_WITHIN = 60.0  # seconds; one is usual, but the first start ever compiles the emulator


class EmulatorError(RuntimeError):
    """The emulator is not there or did not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulator:
    """A running emulator; the session's clients talk to it, as the account's root."""

    url: str
    session: boto3.Session
    log: Path
    pid: int  # of the process group, too


@contextmanager
def running_emulator(*, services_url: str) -> Iterator[Emulator]:
    """Start the emulator; its functions find the watched services at that address. No process outlives the block."""
    if not INTERPRETER.exists():
        raise EmulatorError(f"{INTERPRETER} is missing: run `make demo` or `make test`, which set it up")
    with tempfile.TemporaryDirectory(prefix="import-watch-", ignore_cleanup_errors=True) as state:
        port = _free_port()
        log = Path(state, "emulator.log")
        with log.open("wb") as output:
            emulator = subprocess.Popen(
                [INTERPRETER, "-P", HERE / "leash.py"],
                cwd=state,
                env=_environment(state, port, services_url),
                stdin=subprocess.PIPE,  # the leash
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C in the terminal reaches us alone: we end it, and its functions with it
            )
        try:
            url = f"http://127.0.0.1:{port}"
            _await_health(url, emulator, log)
            yield Emulator(url=url, session=_session(url), log=log, pid=emulator.pid)
        finally:
            _end(emulator)


def _environment(state: str, port: int, services_url: str) -> dict[str, str]:
    """All that the emulator sees, and the functions after it: nothing of the developer's."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": state,
        "TMPDIR": state,
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        **endpoints(services_url),
        "DOCKER_HOST": f"unix://{state}/none",  # it would tidy up in the developer's Docker
        "IOT_MTLS_ENABLED": "0",  # one port is enough
        "SFTP_ENABLED": "0",
    }


def _await_health(url: str, emulator: subprocess.Popen[bytes], log: Path) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + STARTS_WITHIN
    while emulator.poll() is None and time.monotonic() < deadline:
        try:
            with direct.open(f"{url}/_ministack/health", timeout=1):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
    raise EmulatorError(f"the emulator did not start; the end of its log:\n{tail}")


def _end(emulator: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):  # it never got going
        os.killpg(emulator.pid, signal.SIGKILL)  # at once, as it has nothing to save, and its functions with it
    if emulator.stdin:
        emulator.stdin.close()
    emulator.wait()


def _session(url: str) -> boto3.Session:
    nothing, no_file = (None, None, None, None), (None, None, os.devnull, None)
    core = botocore.session.Session(
        session_vars={"profile": nothing, "config_file": no_file, "credentials_file": no_file}
    )
    core.set_credentials("test", "test")  # the emulator's root
    core.set_default_client_config(Config(proxies={}, retries={"total_max_attempts": 1}))
    settings = core.get_component("config_store")
    settings.set_config_variable("endpoint_url", url)
    settings.set_config_variable("ignore_configured_endpoint_urls", False)
    return boto3.Session(botocore_session=core, region_name=REGION)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
