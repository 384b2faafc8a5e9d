"""The newcomer's first minute: `make demo`, and with the name of a source, the same of that."""

import os
import sys
from contextlib import suppress

from local.demo.interruption import Interruption, expect_interruption

MISTAKE = 2
BROKEN_PIPE = 141  # 128 + SIGPIPE, as shells have it


def main() -> int:
    """Perform, and turn whatever ends it early into one plain line."""
    try:
        expect_interruption()
        from local.demo.performance import BrokeOffError, perform  # noqa: PLC0415 - takes long enough to be interrupted
        from local.demo.story import MODULES, story_of  # noqa: PLC0415 - the same

        source = " ".join(sys.argv[1:]) or "pinpoint"
        if source not in MODULES:
            return _end(f"SOURCE is {source!r}; allowed: {', '.join(MODULES)}", MISTAKE)
        try:
            return perform(story_of(source), sys.stdout)
        except BrokeOffError as reason:
            return _end(f"The demo broke off. {reason}", 1)
    except Interruption as interruption:
        return _end("Interrupted: all that was started has ended.", interruption.exit_code)
    except BrokenPipeError:  # nobody reads on, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter's last flush would complain
        return BROKEN_PIPE


def _end(why: str, exit_code: int) -> int:
    with suppress(OSError):  # the terminal may be gone
        print(why, file=sys.stderr, flush=True)  # noqa: T201 - the last words
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
