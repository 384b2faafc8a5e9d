"""One performance from the first curtain to the verdict."""

import os
from contextlib import AbstractContextManager, nullcontext
from typing import TextIO

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from local.assembly import SynthesisError
from local.demo.audience import Audience
from local.demo.ending import conclude, unsent
from local.demo.lines import Lines
from local.demo.play import Play
from local.demo.screen import Screen
from local.demo.stage import open_stage
from local.demo.story import Story
from local.demo.typed import typed
from local.demo.verdict import verdict
from local.deployment import DeploymentError
from local.emulator import EmulatorError

PLAIN_WIDTH = 100  # columns, where no terminal tells


class BrokeOffError(RuntimeError):
    """It can't be set up, or what it needs has gone; the text says why."""


def perform(story: Story, output: TextIO) -> int:
    """Set up, play, tell what came of it; gives the exit code."""
    audience, console = _seats(story, output)
    try:
        with audience as watching, open_stage(story, watching) as stage:
            play = Play(stage=stage, audience=watching)
            play.run(story)
            silent = unsent(stage.listed(), stage.items(), story.id)
            answers = [typed(stage, *asked) for asked in story.asked]
    except (EmulatorError, SynthesisError, DeploymentError, BotoCoreError, ClientError) as error:
        raise BrokeOffError(str(error)) from error
    differences = [*verdict(story.expected, play.arrivals), *play.failed_ticks]
    differences += [line for answer in answers for line in answer.differences]
    conclude(console, play, silent=silent, answers=answers, differences=differences)
    return 1 if differences else 0


def _seats(story: Story, output: TextIO) -> tuple[AbstractContextManager[Audience], Console]:
    if output.isatty() and os.environ.get("TERM") not in {None, "", "dumb", "unknown"}:
        console = Console(file=output, highlight=False, markup=False)
        return Screen(console, story.service), console
    plain = Console(
        file=output, force_terminal=False, color_system=None, width=PLAIN_WIDTH, highlight=False, markup=False
    )
    return nullcontext(Lines(output, story.source)), plain
