"""Decoding answers so that one job's date or number that is none spoils no page: it is left as it came.

Whoever reads the job then says what is wrong with it; botocore's own parsers would refuse the whole page for it.
"""

from typing import Any

from botocore.model import Shape
from botocore.parsers import ResponseParser, ResponseParserFactory, RestJSONParser
from botocore.utils import parse_timestamp


class Parsers(ResponseParserFactory):
    """Makes a botocore session's parsers, as its component `response_parser_factory`."""

    def create_parser(self, protocol_name: str) -> ResponseParser:
        """Make the usual parser, but for what is no date and, where the protocol tells numbers apart, no number."""
        if protocol_name == "rest-json":
            return _RestJson(timestamp_parser=_date)
        self.set_parser_defaults(timestamp_parser=_date)
        parser: ResponseParser = super().create_parser(protocol_name)
        return parser


class _RestJson(RestJSONParser):
    def _handle_integer(self, shape: Shape, value: Any) -> Any:  # noqa: ANN401, ARG002 - whatever came, as botocore asks
        try:
            return int(value)
        except (OverflowError, TypeError, ValueError):
            return value

    _handle_long = _handle_integer


def _date(value: Any) -> Any:  # noqa: ANN401
    try:
        return parse_timestamp(value)
    except (OSError, OverflowError, RuntimeError, TypeError, ValueError):  # RuntimeError for one beyond any calendar
        return value
