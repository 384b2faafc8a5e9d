"""The installed command `import-watch`: all that comes before Ctrl-C can be told in one line."""

import os
import sys

from import_watch_cli.speech import interruption


def main() -> None:
    """Run the command that the process's arguments ask for."""
    interruption.ends()
    from import_watch_cli.ending import run  # noqa: PLC0415 - takes long enough to be interrupted

    code = run()
    interruption.ignore()
    if code == interruption.CODE:
        os._exit(code)  # threads may still wait for AWS
    sys.exit(code)


if __name__ == "__main__":
    main()
