"""What has no place in rows and columns."""

from import_watch_cli.speech.errors import UsageMistakeError


class UnshowableError(UsageMistakeError):
    """A query's result mixes records with other things, or rows of different lengths."""

    def __init__(self, output: str) -> None:
        super().__init__(f"--output {output} can't show what --query leaves, as its parts differ in shape; use json")
