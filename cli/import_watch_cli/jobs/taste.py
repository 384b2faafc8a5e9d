"""How the user wants to see things, by options, environment and AWS configuration, in the AWS command line's order."""

import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from import_watch_cli.speech.errors import UsageMistakeError

OUTPUTS: Final = ("json", "text", "table", "yaml", "yaml-stream", "rows")
ON: Final = ("on", "on-partial")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """What environment and configuration say, and whether a terminal reads standard output."""

    environment: Mapping[str, str]
    profile: Mapping[str, object]
    """The profile's section of the AWS configuration."""
    terminal: bool

    def output(self, option: str | None, query: str | None) -> str:
        """Choose the format; UsageMistakeError where one is named that there isn't."""
        if option is None:
            option = self._setting("AWS_DEFAULT_OUTPUT", "output") or None
            if option not in {None, *OUTPUTS}:
                raise UsageMistakeError(f"output: {option!r} is not allowed; allowed: {', '.join(OUTPUTS)}")
        if option == "rows" and query is not None:
            raise UsageMistakeError("--query: rows can't show what it leaves; name another --output")
        return option or ("rows" if self.terminal and query is None else "json")

    def prompts(self, option: bool | None) -> bool:  # noqa: FBT001 - as click gives it
        """Tell whether to ask for what is missing."""
        return option if option is not None else self._setting("AWS_CLI_AUTO_PROMPT", "cli_auto_prompt") in ON

    def colours(self, option: str) -> bool:
        """Tell whether to colour."""
        return option == "on" or (option == "auto" and self.terminal)

    def pager(self, *, none: bool) -> Sequence[str]:
        """Choose a command that shows long answers page by page; empty for none."""
        if none or not self.terminal:
            return []
        chosen = self._setting("AWS_PAGER", "cli_pager")
        if chosen is None:
            chosen = self.environment.get("PAGER")
        try:
            command = shlex.split("less" if chosen is None else chosen)
        except ValueError as error:
            raise UsageMistakeError(f"pager: {chosen!r} is no command: {error}; --no-cli-pager does without") from None
        if command and shutil.which(command[0], path=self.environment.get("PATH")) is None:
            if chosen is None:
                return []
            raise UsageMistakeError(f"pager: there is no command {command[0]!r}; --no-cli-pager does without")
        return command

    def _setting(self, variable: str, key: str) -> str | None:
        if (value := self.environment.get(variable)) is not None:
            return value
        configured = self.profile.get(key)
        return configured if isinstance(configured, str) else None


def profile_section(name: str | None) -> Mapping[str, object]:
    """Read a profile's section of the AWS configuration."""
    import botocore.session  # noqa: PLC0415 - takes longer than all else

    section: Mapping[str, object] = botocore.session.Session(profile=name).get_scoped_config()
    return section
