"""What one run of `import-watch jobs` is asked for, by its options."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from import_watch.jobs import Target
from import_watch_cli.jobs import asking
from import_watch_cli.jobs.choice import Choice, statuses
from import_watch_cli.jobs.input_document import from_document
from import_watch_cli.jobs.listing import Asked
from import_watch_cli.speech.errors import UsageMistakeError

if TYPE_CHECKING:
    from import_watch.sources.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The command's options, by their names."""

    target: str | None
    application_id: str | None
    segment_id: str | None
    job: str | None
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

    def check(self) -> None:
        """Refuse options that make no sense together."""
        beside_follow = {"--query": self.query, "--token": self.token, "--no-paginate": self.no_paginate}
        beside_job = {"--status": self.status, "--since": self.since, "--token": self.token}
        for option, given, others in (
            ("--follow", self.follow, beside_follow),
            ("--job", self.job, {**beside_job, "--no-paginate": self.no_paginate}),
        ):
            for other, too in others.items():
                if given and too:
                    raise UsageMistakeError(f"{option} and {other}: only one of them is allowed")

    def choice(self, manifest: "Manifest") -> Choice:
        """Which jobs are wanted."""
        chosen = statuses(self.status, manifest) if self.status else frozenset[str]()
        return Choice(statuses=chosen, since=self.since, job=self.job)

    def asked(self) -> Asked | None:
        """Give what is asked for where TARGET says all of it; None where the options in the AWS command's form may."""
        target = None if self.target is None else asking.named(self.target)
        form = {
            "--application-id": self.application_id,
            "--segment-id": self.segment_id,
            "--cli-input-json": self.cli_input_json,
            "--cli-input-yaml": self.cli_input_yaml,
            "--generate-cli-skeleton": self.generate_cli_skeleton,
        }
        if target is None or asking.has_form(target, form):
            return None
        return Asked(target=target, page_size=self._page_size, token=self.token)

    def parameters(self) -> dict[str, str]:
        """Give the parameters of the AWS command's operation, as far as they are known."""
        return asking.combined(
            None if self.target is None else asking.named(self.target),
            application_id=self.application_id,
            segment_id=self.segment_id,
            others={"PageSize": self._page_size, "Token": self.token},
            given=from_document(self.cli_input_json, self.cli_input_yaml),
        )

    @property
    def _page_size(self) -> str | None:
        return str(self.page_size) if self.page_size else None


def example_target(parameters: dict[str, str]) -> Target:
    """Give a target whose operation a skeleton shows: with nothing named, that of the AWS command with all options."""
    return Target(
        asking.form(), parameters.get("ApplicationId", ""), parameters.get("SegmentId", None if parameters else "")
    )
