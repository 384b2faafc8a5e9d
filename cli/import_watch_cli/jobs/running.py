"""One run of `import-watch jobs`: what is asked for, how it is to be shown, and the list or the following of it."""

import os
import sys
from collections.abc import Iterable, Iterator
from functools import partial

from import_watch_cli.jobs import answering, as_json, as_yaml, asking, facts
from import_watch_cli.jobs.alone import alone, completed
from import_watch_cli.jobs.followed import Followed
from import_watch_cli.jobs.listing import Asked, Page, pages
from import_watch_cli.jobs.showing import show
from import_watch_cli.jobs.skeleton import skeleton
from import_watch_cli.jobs.taste import Taste, profile_section
from import_watch_cli.jobs.wanted import Wanted, example_target
from import_watch_cli.speech.errors import Exit, UsageMistakeError
from import_watch_cli.stack.connection import Connection


def run(connection: Connection, wanted: Wanted) -> Exit:
    """Do what is wanted."""
    wanted.check()
    asked = wanted.asked()
    parameters = {} if asked else wanted.parameters()
    if wanted.generate_cli_skeleton in {"input", "yaml-input"}:
        example = skeleton(example_target(parameters), of_output=False)
        show((as_json if wanted.generate_cli_skeleton == "input" else as_yaml).whole(example), [])
        return Exit.FINE
    taste = Taste(environment=os.environ, profile=profile_section(connection.profile), terminal=sys.stdout.isatty())
    if asked is None:
        asked = asking.asked(asking.prompted(parameters) if taste.prompts(wanted.cli_auto_prompt) else parameters)
    if wanted.follow:
        return _follow(connection, wanted, asked, taste)
    output = taste.output(wanted.output, wanted.query)
    show(
        _shown(connection, wanted, asked, output, colours=taste.colours(wanted.color)),
        taste.pager(none=wanted.no_cli_pager),
    )
    return Exit.FINE


def _shown(connection: Connection, wanted: Wanted, asked: Asked, output: str, *, colours: bool) -> Iterator[str]:
    """Write what is to be shown; nothing of a list is asked of AWS before it is read."""
    if wanted.generate_cli_skeleton:
        example = skeleton(asked.target, of_output=True)
        return answering.value(example, output, title=asked.asking.operation, colours=colours)
    query = None if wanted.query is None else answering.compiled(wanted.query)
    listed, read = _listed(connection, wanted, asked), partial(facts.read, asked=asked)
    if query is None:
        return answering.written(listed, output, read, asked.asking, colours=colours)
    found = answering.queried(listed, asked.asking, query)
    return answering.value(found, output, title=asked.asking.operation, colours=colours)


def _listed(connection: Connection, wanted: Wanted, asked: Asked) -> Iterable[Page]:
    choice, client = wanted.choice(asked.manifest), connection.of_jobs(asked.manifest.service)
    if wanted.job is not None:
        return [alone(client, asked, wanted.job)]
    return choice.among(pages(client, asked, whole=not wanted.no_paginate), partial(facts.read, asked=asked))


def _follow(connection: Connection, wanted: Wanted, asked: Asked, taste: Taste) -> Exit:
    from import_watch_cli.jobs.following import follow  # noqa: PLC0415 - brings what draws live tables
    from import_watch_cli.jobs.screens import Lines, LiveTable, in_json, in_words  # noqa: PLC0415

    match wanted.output:
        case None | "rows":
            live = taste.terminal
            screen = (
                LiveTable(str(asked.target), colours=taste.colours(wanted.color))
                if live
                else Lines(in_words, aside=False)
            )
        case "json":
            screen = Lines(in_json, aside=True)
        case other:
            raise UsageMistakeError(f"--follow and --output {other}: not allowed together; allowed: rows, json")
    client = connection.of_jobs(asked.manifest.service)
    followed = Followed(choice=wanted.choice(asked.manifest), asked=asked, complete=partial(completed, client, asked))
    return follow(partial(pages, client, asked), followed, screen, every=wanted.every)
