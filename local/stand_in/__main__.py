"""Serves a made-up list of each service, for playing with the real `aws` command line."""

import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from local.stand_in.examples import COMMANDS, fill
from local.stand_in.server import StandIn


def main() -> None:
    """Serve until Ctrl-C."""
    with StandIn() as server:
        fill(server.jobs, datetime.now(UTC))
        aws = Path(sys.executable).with_name("aws")
        start = f"AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any {aws if aws.exists() else 'aws'}"
        print("Serving a list of import jobs of each service; Ctrl-C stops. Try in another terminal:\n")  # noqa: T201
        for command in COMMANDS.values():
            print(f"{start} {command} --endpoint-url {server.url} --region us-east-1\n", flush=True)  # noqa: T201
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
