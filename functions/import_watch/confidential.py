"""What must not leave with a job: rows that failed, external ids, roles' ARNs, what signs a URL; wherever it stands."""

import re
from collections.abc import Mapping
from functools import lru_cache
from math import isfinite
from typing import Final

from import_watch.jobs import Json

WITHHELD: Final = frozenset(
    {"failures", "externalid", "rolearn", "signature", "xamzsignature", "xamzcredential", "xamzsecuritytoken"}
)
"""Members that are left out, by their names' letters and digits alone, in lower case."""
REMOVED: Final = "[removed]"
MAX_DEPTH: Final = 16  # levels; the API's own jobs have two

# As they are, as JSON escapes them, and as URLs encode all of that, however often.
_COLON, _SLASH, _EQUALS = (
    rf"(?:\\|%(?:25)*5c)*(?:{plain}|u00{code}|%(?:25)*{code})"
    for plain, code in ((":", "3a"), ("/", "2f"), ("=", "3d"))
)
_ROLE: Final = re.compile(
    rf"arn{_COLON}[\w-]*{_COLON}(?:iam|sts){_COLON}[\w-]*{_COLON}\w*{_COLON}(?:assumed-)?role{_SLASH}[\w+=,.@/%:\\-]*",
    re.IGNORECASE,
)
# The parameters that make a URL a pre-signed one: Signature Version 4, and Version 2 (Amazon S3 user guide).
_SIGNED: Final = re.compile(
    rf"x-amz-(?:signature|credential|security-token)|(?:signature|awsaccesskeyid){_EQUALS}", re.IGNORECASE
)
_SIGNS: Final = ("x-amz-", "signature", "awsaccesskeyid")
_WORD: Final = re.compile(r"""[^\s"'<>]+""")  # a URL holds none of these


def cleaned(value: object, depth: int = MAX_DEPTH) -> Json:
    """Give a value as JSON can hold it, without what is confidential, nor what is nested deeper than so many levels."""
    if isinstance(value, str):
        return redacted(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else None  # JSON has no word for the others
    if isinstance(value, dict):
        return cleaned_members(value, depth) if depth else REMOVED
    if isinstance(value, list | tuple):
        return [cleaned(each, depth - 1) for each in value] if depth else REMOVED
    return redacted(str(value))


def cleaned_members(value: Mapping[str, object], depth: int = MAX_DEPTH) -> dict[str, Json]:
    """Clean an object's members, those that are withheld left out."""
    names = {name: _name(name) for name in value}
    return {known: cleaned(value[name], depth - 1) for name, known in names.items() if known is not None}


def redacted(text: str) -> str:
    """Take roles' ARNs out of a text, and the queries of pre-signed URLs."""
    lower = text.lower()
    if not ("arn" in lower or "x-amz-" in lower or "signature" in lower or "awsaccesskeyid" in lower):
        return text  # nearly every one: this is asked of each text of each job, so it has to be quick
    return unsigned(_ROLE.sub(REMOVED, text))


def unsigned(text: str) -> str:
    """Take the queries of pre-signed URLs out of a text."""
    lower = text.lower()
    return _WORD.sub(_unsigned, text) if any(sign in lower for sign in _SIGNS) else text


def _unsigned(word: re.Match[str]) -> str:
    text = word[0]
    if not _SIGNED.search(text):
        return text
    address, query, _ = text.partition("?")
    return address + query + REMOVED if query and not _SIGNED.search(address) else REMOVED


@lru_cache(1024)  # the same few come with every job
def _name(name: str) -> str | None:
    """Give a member's name; None where the member is withheld."""
    return None if re.sub("[^a-z0-9]", "", name.lower()) in WITHHELD else redacted(name)
