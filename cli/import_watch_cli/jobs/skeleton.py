"""`--generate-cli-skeleton`: what may be asked, or what would be answered, without asking AWS."""

import json
from typing import Any

from import_watch.jobs import Target
from import_watch.sources import registry


def skeleton(target: Target, *, of_output: bool) -> Any:  # noqa: ANN401 - whatever the model has
    """Make an example of the operation's input, or of its output."""
    import botocore.session  # noqa: PLC0415 - takes longer than all else
    from botocore.utils import ArgumentGenerator  # noqa: PLC0415

    manifest = registry.manifest(target.source)
    service = botocore.session.Session().get_service_model(manifest.service)
    model = service.operation_model(manifest.asking(target).operation)
    shape = model.output_shape if of_output else model.input_shape
    made = ArgumentGenerator(use_member_names=of_output).generate_skeleton(shape)  # type: ignore[arg-type] # it has both
    return json.loads(json.dumps(made))  # plain dicts, in their order
