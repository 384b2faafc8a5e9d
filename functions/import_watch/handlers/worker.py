"""The Lambda function that polls what a tick handed over: wiring, and one call for each chunk."""

import json
import os
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from import_watch.handlers import ready
from import_watch.handlers.wiring import Wiring
from import_watch.inputs import parse_watch
from import_watch.sources import registry
from import_watch.tick import Tick

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

wiring: Final = Wiring.from_environment(os.environ)
processor: Final = BatchProcessor(EventType.SQS)


@wiring.logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Poll the chunks in the event; name those that failed, or raise BatchProcessingError where none succeeded."""
    return process_partial_response(event=event, record_handler=_chunk, processor=processor, context=context)


def _chunk(record: "SQSRecord", lambda_context: "LambdaContext") -> None:
    handed_over = datetime.fromtimestamp(int(record.attributes.sent_timestamp) / 1000, UTC)
    run = partial(Tick.run_chunk, handed_over=handed_over)
    wiring.tick(parse_watch(json.loads(record.body), parse=registry.parse), lambda_context, run)


ready()
