"""A source whose client is botocore's own, parsers and all, and whose answers are scripted."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import botocore.session
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.config import Config

from import_watch.jobs import ImportJob, Target
from import_watch.listing import Page
from import_watch.sources import registry
from tests.builders import EVER

TARGETS = {
    "customer-profiles": Target("customer-profiles", "shop"),
    "ses": Target("ses", "suppression-list"),
    "cognito": Target("cognito", "eu-west-1_AbCdEfGhI"),
    "mailmanager": Target("mailmanager", "al-123"),
}
"""One of each source that is made of ApiJobs."""


@dataclass(frozen=True)
class Answer:
    """What comes back: a body, or what it says as JSON."""

    says: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        return self.says if isinstance(self.says, bytes) else json.dumps(self.says).encode()

    def stream(self) -> Iterator[bytes]:
        yield self.body


@dataclass(frozen=True)
class Answering:
    """A source, and what it asked."""

    source: Any
    asked: list[dict[str, Any]]
    """Parameters in bodies, beside the rest of the URL."""

    def pages(self, target: Target) -> list[Page]:
        return list(self.source.pages(target, EVER))

    def job(self, target: Target) -> ImportJob:
        ((job,),) = [page.jobs for page in self.pages(target)]
        return job


@cache
def session() -> botocore.session.Session:
    return botocore.session.get_session()


def a_client(service: str, answers: Iterable[Any], asked: list[dict[str, Any]]) -> Any:
    """Make a client that reads these answers, one after the other, and writes down what it asked."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 1})
    keys: Any = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "config": config}
    client: Any = session().create_client(service, region_name="eu-west-1", **keys)
    following = iter(answers)

    def send(request: Any, **_: object) -> AWSResponse:
        asked.append({"url": request.url.partition(".com")[2], **json.loads(request.body or b"{}")})
        answer = next(following)
        answer = answer if isinstance(answer, Answer) else Answer(answer)
        return AWSResponse(request.url, answer.status, HeadersDict(answer.headers), answer)  # type: ignore[arg-type] # as botocore does

    client.meta.events.register("before-send", send)
    return client


def answering(name: str, *answers: Any, page_size: int = 1000, max_pages: int = 100) -> Answering:
    """Make a source of the registry, whose service answers so."""
    manifest, asked = registry.manifest(name), list[dict[str, Any]]()
    source = manifest.source(
        client=a_client(manifest.service, answers, asked),
        arn_prefix=f"arn:aws:{manifest.arn_service}:eu-west-1:123456789012",
        page_size=page_size,
        max_pages=max_pages,
    )
    return Answering(source, asked)
