"""Mistakes that a field's type can't tell."""

from collections.abc import Iterator, Sequence


class NotAllowedError(ValueError):
    """A rule that a type can't tell; `at` leads from the validated field to the value that breaks it."""

    def __init__(self, value: object, allowed: str, *at: int | str) -> None:
        super().__init__(allowed)
        self.value, self.allowed, self.at = value, allowed, at


def repeated(values: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Find the values that came before, and where they come again."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield index, value
        seen.add(value)
