"""What a page costs in CPU: a whole quiet tick by its pages, against stock boto3's call for the same page."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import boto3

from bench.apart import apart
from bench.figures import Figure, Spread, at_most
from bench.function import cold_started, segments
from bench.rounds import cpu, ratio
from bench.stage import Stage

if TYPE_CHECKING:
    from mypy_boto3_pinpoint import PinpointClient

PAGES: Final = 20
LISTS: Final = {"finished": "finished lately, and so looked at each time", "history": "finished long ago"}
ROUNDS: Final = 41


def figures(stage: Stage) -> Iterable[Figure]:
    """Measure it for jobs that are looked at, and for those that are not."""
    for which, meaning in LISTS.items():
        yield Figure(
            what=f"CPU of a tick over one target of {PAGES} pages of 100 jobs {meaning}, a page, to boto3's call alone",
            value=apart(to_stock, stage.environment(), f"{which}-{PAGES}x100-0"),
            bar=at_most(0.6),
        )


def to_stock(environment: Mapping[str, str], application: str) -> Spread:
    """Compare, in one process, as many pages."""
    names = segments(application, 1)
    with cold_started(environment) as function:
        function.know(names)
        stock = boto3.Session().client("pinpoint")
        for warm in (lambda: function.quiet(names), lambda: listed(stock, application)):
            warm()
        return ratio(
            lambda: cpu(lambda: function.quiet(names)), lambda: cpu(lambda: listed(stock, application)), ROUNDS
        )


def listed(client: "PinpointClient", application: str) -> int:
    """List a segment by stock boto3 to the end, and do nothing with it; the pages there were."""
    pages, token = 0, dict[str, str]()
    while pages == 0 or token:
        page = client.get_segment_import_jobs(
            ApplicationId=application, SegmentId="segment-0", PageSize="100", **token
        )["ImportJobsResponse"]
        token = {"Token": page["NextToken"]} if "NextToken" in page else {}
        pages += 1
    return pages
