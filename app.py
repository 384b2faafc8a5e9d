"""Synthesize the stack: context -> Config -> ImportWatchStack. Needs no account, no git, no Node, no Docker."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.bundle import BundlingFailedError, add_targets, bundle
from infra.context import InvalidContextError, read_config, read_context

HERE = Path(__file__).parent


def main() -> None:
    """Read the context as CDK's command line hands it over, and write the cloud assembly."""
    try:
        by_command_line = os.environ.get("CDK_CONTEXT_JSON", ""), os.environ.get("CONTEXT_OVERFLOW_LOCATION_ENV", "")
        context = read_context(HERE / "cdk.json", *by_command_line)
        config = read_config(context)
    except InvalidContextError as error:
        sys.exit(str(error))

    # Only now, because CDK takes seconds to start.
    from aws_cdk import App  # noqa: PLC0415
    from aws_cdk.aws_lambda import Code  # noqa: PLC0415

    from infra.review import FindingsError, synthesize  # noqa: PLC0415
    from infra.stack import ImportWatchStack  # noqa: PLC0415

    outdir = os.environ.get("CDK_OUTDIR", str(HERE / "cdk.out"))
    app = App(context=context, outdir=outdir, analytics_reporting=False, tree_metadata=False)
    with TemporaryDirectory() as directory:
        try:
            bundle(Path(directory))
            add_targets(Path(directory), config.files)
            # CDK copies the bundle into the assembly, under the hash of its bytes.
            ImportWatchStack(app, "ImportWatch", config=config, code=Code.from_asset(directory))
            synthesize(app)
        except (BundlingFailedError, FindingsError) as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
