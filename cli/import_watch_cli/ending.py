"""Running a command, and turning whatever ends it early into one line and a code."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import click

from import_watch_cli.app import app
from import_watch_cli.speech import interruption
from import_watch_cli.speech.answers import say
from import_watch_cli.speech.errors import EndError, Exit, UsageMistakeError

NO_CREDENTIALS: Final = (
    "no credentials: name a --profile, or give some by `aws configure`, `aws sso login` or AWS_ACCESS_KEY_ID and"
    " AWS_SECRET_ACCESS_KEY"
)


def run() -> int:
    """Run the command that the process's arguments ask for; give its code, once all that it says is written."""
    try:
        _see_to_streams()
        code = app.main(prog_name="import-watch", standalone_mode=False) or Exit.FINE
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:
        interruption.ignore()
        if (ending := _ending(error)) is None:
            raise
        why, code = ending
        _write_no_more()
        with suppress(OSError):  # the terminal may be gone
            say(why, err=True)
    return code


def _see_to_streams() -> None:
    """Make sure that there is something to read from and to write to, and that what was typed is text."""
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open()  # noqa: SIM115 - for as long as it runs
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115
        raise EndError("standard output is closed; nothing was done", Exit.REFUSED)
    for typed in sys.argv:
        if any("\udc80" <= sign <= "\udcff" for sign in typed):  # as Python reads bytes that are none
            raise UsageMistakeError(f"{typed!r} is no text in this terminal's encoding")


def _write_no_more() -> None:
    """Drop what can't be written, or the last flush would complain of it again."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _ending(error: BaseException) -> tuple[str, Exit] | None:
    """Tell in one line what ended a command, and by which code; None where it is a defect."""
    match error:
        case click.exceptions.NoArgsIsHelpError():
            return error.format_message(), Exit.USAGE
        case click.Abort() | KeyboardInterrupt():
            return _line("interrupted"), Exit.INTERRUPTED
        case click.ClickException():
            return _line(error.format_message()), Exit.USAGE
        case EndError():
            return _line(str(error)), error.code
        case OSError():
            of = f": {error.filename}" if error.filename else ""
            return _line(f"{error.strerror or error}{of}"), Exit.REFUSED
        case _:
            return _from_botocore(error)


def _from_botocore(error: BaseException) -> tuple[str, Exit] | None:
    """Tell what AWS refused from what it was never asked."""
    from botocore import exceptions  # noqa: PLC0415 - only now, as it takes long

    match error:
        case exceptions.NoCredentialsError():
            return _line(NO_CREDENTIALS), Exit.REFUSED
        case exceptions.NoRegionError():
            return _line("no Region: name it by --region, or in your AWS configuration"), Exit.USAGE
        case exceptions.ProfileNotFound() | exceptions.InvalidRegionError() | exceptions.ConfigParseError():
            return _line(str(error)), Exit.USAGE
        case exceptions.BotoCoreError() | exceptions.ClientError():
            return _line(str(error)), Exit.REFUSED
        case _:
            return None


def _line(why: str) -> str:
    return f"import-watch: {' '.join(why.split())}"
