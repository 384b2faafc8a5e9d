"""What the README shows is what there is."""

import json
import re
from typing import Any

import pytest

from import_watch import emails
from import_watch.jobs import Kind
from import_watch.messages import SEVERITIES, Message
from import_watch.report import Report
from import_watch_cli.app import COMMANDS
from infra.config import Config
from infra.context import read_config
from infra.watch import Watch
from tests.contract.samples import ROOT, load
from tests.infra.deployed import Deployed

README = (ROOT / "README.md").read_text("utf-8")
SAMPLE = Message(load("message-completed-with-failures.json"))


def blocks(language: str) -> list[Any]:
    """Give the README's code blocks of one language."""
    return [json.loads(text) for text in re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)]


def test_the_sections_come_in_the_order_in_which_they_are_needed() -> None:
    """What it does is in the first lines, without a heading."""
    assert re.findall("^## (.*)$", README, re.MULTILINE) == [
        "What you receive",
        "Run it",
        "Deploy it",
        "Operate it",
        "Settings",
        "What it promises",
        "What it costs",
        "Limits",
    ]


def test_the_samples_are_real() -> None:
    """The JSON and the email of one and the same announcement."""
    assert blocks("json")[0] == SAMPLE.facts
    assert f"Subject: {emails.subject(SAMPLE)}\n\n{emails.text(SAMPLE)}" in README


def test_the_settings_are_all_there_with_their_defaults() -> None:
    """Reading them changes nothing, and none is left out."""
    (settings,) = blocks("json")[1:]
    settings["watches"][0]["targets"] = ["pinpoint:application/segment"]
    required = {"name": "newsletter", "every": "1 minute", "targets": ["pinpoint:application/segment"]}
    assert read_config({"import-watch": settings}) == read_config({"import-watch": {"watches": [required]}})
    assert settings.keys() == Config.allowed().keys()
    assert settings["watches"][0].keys() == Watch.allowed().keys()


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_explained(kind: Kind) -> None:
    """With its severity."""
    kinds = README.partition("## Run it")[0].splitlines()
    (line,) = [line for line in kinds if line.startswith("| `") and f"`{kind}`" in line.split("|")[1]]
    assert SEVERITIES[kind] in line


def test_every_make_target_it_names_exists() -> None:
    """A newcomer follows it to the letter."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert named <= targets
    assert targets - named <= {"clean", "lint", "samples", "synth"}


def test_every_command_is_named() -> None:
    """But for the alias, and what a shell is told once."""
    (section,) = re.findall("^## Operate it\n(.*?)^## ", README, re.MULTILINE | re.DOTALL)
    named = {
        word for cell in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE) for word in re.findall("`([a-z]+)", cell)
    }
    assert named == {*COMMANDS} - {"watch-list", "completion"}


def test_what_monitoring_costs_is_counted(deployed: Deployed) -> None:
    """In the template and in a tick's report, at the prices of CloudWatch and KMS in us-east-1."""
    alarms = [one["AlarmName"] for one in deployed.all("AWS::CloudWatch::Alarm")]
    watches = len(deployed.all("AWS::Scheduler::Schedule"))
    for_each = {name for name in alarms if "-Silent-" in name}
    assert len(for_each) == watches
    metrics, shared, shared_alarms = len(Report().measures()) + 1, len(Report().concerns()), len(alarms) - watches
    assert f"{metrics} custom CloudWatch metrics a watch and {shared} for all, at $0.30" in README
    assert f"1 alarm a watch and {shared_alarms} for all, at $0.10" in README
    assert len(deployed.all("AWS::KMS::Key")) == len(deployed.all("AWS::CloudWatch::Dashboard")) == 1
    a_watch = 0.30 * metrics + 0.10
    first = a_watch + 0.30 * shared + 0.10 * shared_alarms + 1
    assert f"${first:.2f} for one watch, and ${a_watch:.2f} for each more" in README
