"""The installed command `import-watch`: runs a command, and turns whatever ends it early into one line and a code."""

import sys
from contextlib import suppress
from typing import Final

import click

from import_watch_cli.app import app
from import_watch_cli.speech.answers import say
from import_watch_cli.speech.errors import EndError, Exit

NO_CREDENTIALS: Final = (
    "no credentials: name a --profile, or give some by `aws configure`, `aws sso login` or AWS_ACCESS_KEY_ID and"
    " AWS_SECRET_ACCESS_KEY"
)


def main() -> None:
    """Run the command that the process's arguments ask for."""
    try:
        code = app.main(prog_name="import-watch", standalone_mode=False) or Exit.FINE
    except Exception as error:
        if (ending := _ending(error)) is None:
            raise
        why, code = ending
        with suppress(OSError):  # the terminal may be gone
            say(why, err=True)
    sys.exit(code)


def _ending(error: Exception) -> tuple[str, Exit] | None:
    """Tell in one line what ended a command, and by which code; None where it is a defect."""
    match error:
        case click.exceptions.NoArgsIsHelpError():
            return error.format_message(), Exit.USAGE
        case click.Abort():
            return _line("interrupted"), Exit.INTERRUPTED
        case click.ClickException():
            return _line(error.format_message()), Exit.USAGE
        case EndError():
            return _line(str(error)), error.code
        case _:
            return _from_botocore(error)


def _from_botocore(error: Exception) -> tuple[str, Exit] | None:
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


if __name__ == "__main__":
    main()
