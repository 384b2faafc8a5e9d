"""One run of `import-watch jobs`: what is asked for, how it is to be shown, and the list or the following of it."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from import_watch_cli.jobs import answering, as_json, as_yaml, asking, facts
from import_watch_cli.jobs.choice import Choice, statuses
from import_watch_cli.jobs.followed import Followed
from import_watch_cli.jobs.listing import Asked, pages
from import_watch_cli.jobs.showing import show
from import_watch_cli.jobs.skeleton import skeleton
from import_watch_cli.jobs.taste import Taste, profile_section
from import_watch_cli.speech.errors import Exit, UsageMistakeError
from import_watch_cli.stack.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The command's options, by their names."""

    target: str | None
    application_id: str | None
    segment_id: str | None
    status: Sequence[str]
    since: datetime | None
    follow: bool
    every: float
    output: str | None
    query: str | None
    page_size: int | None
    token: str | None
    no_paginate: bool
    cli_input_json: str | None
    cli_input_yaml: str | None
    generate_cli_skeleton: str | None
    color: str
    no_cli_pager: bool
    cli_auto_prompt: bool | None

    @property
    def choice(self) -> Choice:
        """Which jobs are wanted."""
        return Choice(statuses=statuses(self.status) if self.status else frozenset(), since=self.since)

    def parameters(self) -> dict[str, str]:
        """Give the operation's parameters, as far as they are known."""
        return asking.combined(
            self.target,
            application_id=self.application_id,
            segment_id=self.segment_id,
            others={"PageSize": str(self.page_size) if self.page_size else None, "Token": self.token},
            given=asking.from_document(self.cli_input_json, self.cli_input_yaml),
        )


def run(connection: Connection, wanted: Wanted) -> Exit:
    """Do what is wanted."""
    parameters = wanted.parameters()
    if wanted.generate_cli_skeleton in {"input", "yaml-input"}:
        # With nothing named, that of the AWS command whose options these are.
        example = skeleton(parameters.get("SegmentId", None if parameters else ""), of_output=False)
        show((as_json if wanted.generate_cli_skeleton == "input" else as_yaml).whole(example), [])
        return Exit.FINE
    taste = Taste(environment=os.environ, profile=profile_section(connection.profile), terminal=sys.stdout.isatty())
    if taste.prompts(wanted.cli_auto_prompt):
        parameters = asking.prompted(parameters)
    asked = asking.asked(parameters)
    if wanted.follow:
        return _follow(connection, wanted, asked, taste)
    output = taste.output(wanted.output, wanted.query)
    show(
        _shown(connection, wanted, asked, output, colours=taste.colours(wanted.color)),
        taste.pager(none=wanted.no_cli_pager),
    )
    return Exit.FINE


def _shown(connection: Connection, wanted: Wanted, asked: Asked, output: str, *, colours: bool) -> Iterator[str]:
    """Write what is to be shown; nothing is asked of AWS before it is read."""
    if wanted.generate_cli_skeleton:
        example = skeleton(asked.target.segment_id, of_output=True)
        return answering.value(example, output, title=asked.operation, colours=colours)
    read = partial(facts.read, target=asked.target)
    query = None if wanted.query is None else answering.compiled(wanted.query)
    listed = pages(connection.client("pinpoint"), asked, whole=not wanted.no_paginate)
    chosen = wanted.choice.among(listed, read)
    if query is None:
        return answering.written(chosen, output, read, title=asked.operation, colours=colours)
    return answering.value(answering.queried(chosen, query), output, title=asked.operation, colours=colours)


def _follow(connection: Connection, wanted: Wanted, asked: Asked, taste: Taste) -> Exit:
    from import_watch_cli.jobs.following import follow  # noqa: PLC0415 - brings what draws live tables
    from import_watch_cli.jobs.screens import Lines, LiveTable, in_json, in_words  # noqa: PLC0415

    for option, given in {"--query": wanted.query, "--token": asked.token, "--no-paginate": wanted.no_paginate}.items():
        if given:
            raise UsageMistakeError(f"--follow and {option}: only one of them is allowed")
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
    client = connection.client("pinpoint")
    followed = Followed(choice=wanted.choice, read=partial(facts.read, target=asked.target))
    return follow(partial(pages, client, asked), followed, screen, every=wanted.every)
