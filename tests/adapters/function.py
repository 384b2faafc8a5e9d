"""What a handler needs to run in this process: Lambda's context, and the environment that the stack gives it."""

from dataclasses import dataclass
from typing import Protocol

from local.emulator import REGION, Emulator
from local.stand_in import endpoints


class Listening(Protocol):
    """Whatever serves import jobs."""

    @property
    def url(self) -> str: ...


@dataclass(frozen=True)
class Context:
    """What Lambda tells a handler of its invocation."""

    seconds: float = 50
    function_name: str = "poll"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:poll"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


def environment(emulator: Emulator, pinpoint: Listening, *, table: str, topic: str) -> dict[str, str]:
    """Point the function at emulator and stand-in."""
    return {
        "AWS_ENDPOINT_URL": emulator.url,
        **endpoints(pinpoint.url),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "STATE_TABLE": table,
        "TOPIC_ARN": topic,
        "FUNCTION_TIMEOUT_SECONDS": "50",
        "PAGE_SIZE": "100",
        "MAX_PAGES": "1000",
        "THREADS": "16",
        "SOURCES": "pinpoint",
        "REQUESTS_PER_SECOND": "100000",  # so that no test waits
    }
