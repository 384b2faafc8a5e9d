"""What the benchmarks list, by boto3 and by the AWS command line in a shell loop: the same pages, to the end."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from bench.page_cost import listed
from bench.page_server import PageServer, running_page_server
from bench.shell_loop import loop

if TYPE_CHECKING:
    from mypy_boto3_pinpoint import PinpointClient


@pytest.fixture(scope="module")
def pages() -> Iterator[PageServer]:
    with running_page_server() as server:
        yield server


@pytest.fixture
def client(pages: PageServer) -> "PinpointClient":
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")  # noqa: S106
    return session.client("pinpoint", endpoint_url=pages.url)


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_has_the_pages_that_its_application_says(client: "PinpointClient", count: int) -> None:
    """And then it ends."""
    assert listed(client, f"history-{count}x100-0") == count


def test_a_page_has_jobs_of_its_own(client: "PinpointClient") -> None:
    """As many as the application says, and all are as it says."""
    ids = set[str]()
    for token in ("1", "2"):
        page = client.get_segment_import_jobs(
            ApplicationId="running-2x50-0", SegmentId="segment", PageSize="50", Token=token
        )["ImportJobsResponse"]
        assert {job["JobStatus"] for job in page["Item"]} == {"PROCESSING"}
        ids |= {job["Id"] for job in page["Item"]}
    assert len(ids) == 2 * 50


@pytest.mark.parametrize(("application", "size"), [("history-1x100-0", "50"), ("newsletter", "100")])
def test_a_benchmark_s_mistake_is_an_error(client: "PinpointClient", application: str, size: str) -> None:
    """A smaller page than there is, a list that nobody can make."""
    with pytest.raises(ClientError, match="LookupError"):
        client.get_segment_import_jobs(ApplicationId=application, SegmentId="segment", PageSize=size)


def test_the_shell_loop_sees_every_job(pages: PageServer) -> None:
    """Of all pages of all segments: it is no straw man."""
    lines = loop(pages.url, "finished-2x3-0", 2)
    jobs = [f"{page:06}{number:026}\tCOMPLETED" for page in (1, 2) for number in range(3)]
    assert lines == jobs * 2
