"""Run by the emulator's own interpreter: the deployed function, started and run once, then forked for each tick.

Nothing of ours can be imported here but the bundle. A tick's process has the wall clock that its order names, standing
still: signatures, logs and decisions all see it, and the same story has the same ids and leases each time.
"""

import gc
import importlib
import json
import os
import signal
import socket
import socketserver
import sys
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import time_machine

CONTEXT = SimpleNamespace(
    function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:poll",
    aws_request_id="request",
    get_remaining_time_in_millis=lambda: int(os.environ["FUNCTION_TIMEOUT_SECONDS"]) * 1000,
)
module, _, name = os.environ["_HANDLER"].rpartition(".")
handler = getattr(importlib.import_module(module), name)


class Tick(socketserver.StreamRequestHandler):
    """One invocation, in a process of its own."""

    def handle(self) -> None:
        """Say which process this is, take the order, run the tick, say what came of it."""
        self._say(pid=os.getpid())
        order = json.loads(self.rfile.readline())
        os.environ["_X_AMZN_TRACE_ID"] = order["id"]
        with time_machine.travel(datetime.fromisoformat(order["now"]), tick=False):
            try:
                outcome = {"result": handler(order["event"], CONTEXT)}
            except Exception as error:  # noqa: BLE001 # the function's own, reported as Lambda does
                outcome = {"error": f"{type(error).__name__}: {error}"}
        self._say(**outcome)

    def _say(self, **facts: Any) -> None:
        self.wfile.write(json.dumps(facts).encode() + b"\n")


class Zygote(socketserver.ForkingTCPServer):
    """Takes a tick's order on each connection to the socket that it inherits. It and its ticks end with their owner."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(("127.0.0.1", 0), Tick, bind_and_activate=False)
        self.socket.close()
        self.socket = socket.socket(fileno=descriptor)
        self.owner = os.getppid()
        self.warm = False

    def process_request(self, request: Any, client_address: Any) -> None:
        """Fork; but for the first tick, which warms up what all the later ones begin with."""
        if self.warm:
            super().process_request(request, client_address)
            return
        self.finish_request(request, client_address)
        self.shutdown_request(request)
        gc.freeze()  # what it has now, a fork would copy to look at
        gc.disable()
        self.warm = True

    def service_actions(self) -> None:
        """Look after the children, twice a second, and whether the owner is still there."""
        super().service_actions()
        if os.getppid() != self.owner:
            os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    Zygote(int(sys.argv[1])).serve_forever()
