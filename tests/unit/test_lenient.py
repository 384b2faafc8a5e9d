"""One job's date or number that is none is left as it came."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.model import DenormalizedStructureBuilder

from import_watch.sources.lenient import Parsers

SHAPE = (
    DenormalizedStructureBuilder()
    .with_members(
        {
            "date": {"type": "timestamp"},
            "count": {"type": "integer"},
            "large": {"type": "long"},
        }
    )
    .build_model()
)


def parsed(protocol: str, **members: object) -> dict[str, Any]:
    response = {"body": json.dumps(members).encode(), "headers": {}, "status_code": 200}
    answer = Parsers().create_parser(protocol).parse(response, SHAPE)
    return {name: answer[name] for name in members}


@pytest.mark.parametrize("protocol", ["rest-json", "json"])
class TestParsers:
    def test_dates_and_numbers_are_read_as_ever(self, protocol: str) -> None:
        """By botocore."""
        moment = datetime(2026, 5, 24, 12, tzinfo=UTC)
        read = parsed(protocol, date=moment.timestamp(), count=5, large=10**12)
        assert read == {"date": moment, "count": 5, "large": 10**12}

    @pytest.mark.parametrize("odd", ["soon", "2026-13-45", {"a": 1}, [1], 10**30, -(10**30)], ids=str)
    def test_what_is_no_date_stays(self, protocol: str, odd: object) -> None:
        """However botocore would refuse it."""
        assert parsed(protocol, date=odd) == {"date": odd}

    @pytest.mark.parametrize("odd", ["many", {"a": 1}, [1], float("inf")], ids=str)
    def test_what_is_no_number_stays(self, protocol: str, odd: object) -> None:
        """Neither as a small nor as a large one."""
        assert parsed(protocol, count=odd, large=odd) == {"count": odd, "large": odd}
