"""The Lambda function that a watch's schedule invokes: wiring, and one call."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from import_watch.adapters.bundled import BundledFiles
from import_watch.handlers import ready
from import_watch.handlers.wiring import Wiring
from import_watch.inputs import parse_watch
from import_watch.sources import registry
from import_watch.tick import Tick

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from import_watch.jobs import Json

wiring: Final = Wiring.from_environment(os.environ)
files: Final = BundledFiles()


@wiring.logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, object], context: "LambdaContext") -> dict[str, "Json"]:
    """Run one tick of the watch in the event; TickFailedError where the invocation should count as failed."""
    return wiring.tick(parse_watch(event, files.read, registry.parse), context, Tick.run)


ready()
