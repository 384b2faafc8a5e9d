"""Moments, numbers and lists in a person's words; `import_watch.phrases` has the spans."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from import_watch import phrases

when: Final = phrases.when
counted: Final = phrases.counted
"""As messages have them: a reader meets one wording."""
_CHANNELS: Final = {"sns": "SNS", "eventbridge": "EventBridge", "email": "email", "chat": "chat"}
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def ago(moment: datetime, now: datetime) -> str:
    """Write how long ago a moment was, in a sentence."""
    return f"{phrases.span(now - moment)} ago"


def listed(words: Iterable[str]) -> str:
    """Write words as a list in a sentence."""
    *most, last = list(words) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def ordinal(number: int) -> str:
    """Write which one of several it is."""
    return _ORDINALS[number - 1] if 0 < number <= len(_ORDINALS) else f"{number}th"


def in_order(channels: Iterable[str]) -> list[str]:
    """Give channels as people expect them, those that only a later version knows last."""
    order = [*_CHANNELS]
    return sorted(channels, key=lambda name: (order.index(name) if name in order else len(order), name))


def channel(name: str) -> str:
    """Name a channel."""
    return _CHANNELS.get(name, name)


def channels(names: Iterable[str]) -> str:
    """Write channels as a list in a sentence."""
    return listed(map(channel, in_order(names)))
