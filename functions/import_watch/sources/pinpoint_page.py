"""Decoding pages of import jobs: botocore walks its model for each member of each job, which costs more than all else.

Signing, retries, errors and all that is not a page stay botocore's.
"""

from collections.abc import Mapping
from http import HTTPStatus
from json import JSONDecoder
from types import NoneType
from typing import Any, Final

from botocore.model import Shape
from botocore.parsers import ResponseParser, ResponseParserFactory

from import_watch.sources.troubles import NotAPageError

PROTOCOL: Final = "rest-json"
PAGES: Final = frozenset({"GetImportJobsResponse", "GetSegmentImportJobsResponse"})
"""The output shapes of the operations whose pages are decoded here."""
PAYLOAD: Final = "ImportJobsResponse"
BODY: Final = "Body"
"""The member in which a page has itself as it came."""
ENTRIES: Final = frozenset({dict, NoneType})


class Parsers(ResponseParserFactory):
    """Makes a botocore session's parsers, as its component `response_parser_factory`."""

    def create_parser(self, protocol_name: str) -> ResponseParser:
        """Make the usual parser, or one that hands it all but pages of jobs."""
        usual = super().create_parser(protocol_name)
        return PageParser(usual) if protocol_name == PROTOCOL else usual


class PageParser(ResponseParser):
    """Gives pages of jobs as their JSON has them."""

    def __init__(self, usual: ResponseParser) -> None:
        super().__init__()
        self._usual = usual

    def parse(self, response: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
        """Parse an answer; a ResponseParserError or ValueError where it should be a page and is none."""
        # An operation without output has no shape.
        is_page = getattr(shape, "name", None) in PAGES and response["status_code"] < HTTPStatus.MULTIPLE_CHOICES
        parsed: dict[str, Any] = self._usual.parse({**response, "body": b""} if is_page else response, shape)
        return {**parsed, PAYLOAD: decode(response["body"])} if is_page else parsed


def decode(body: bytes) -> dict[str, Any]:
    """Decode a page, which keeps what it was decoded from; a null is an absent member, as botocore has it."""
    page = _JSON.decode(body.decode())
    if not isinstance(page, dict):
        raise NotAPageError("a page that is no object")
    given = {name: page[name] for name in ("Item", "NextToken") if page.get(name) is not None}
    items = given.get("Item", [])
    if not isinstance(items, list) or not ENTRIES.issuperset(map(type, items)):
        raise NotAPageError("a page of something else than jobs")
    return {**given, BODY: body}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


_JSON: Final = JSONDecoder(parse_constant=_refuse)
