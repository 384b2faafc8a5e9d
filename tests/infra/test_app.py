import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.context import InvalidContextError, read_context
from tests.infra.contexts import a_context, a_watch

APP = Path(__file__).parents[2] / "app.py"


def synth_fails(context: str, cwd: Path) -> str:
    environment = os.environ | {"CDK_CONTEXT_JSON": context, "CDK_OUTDIR": str(cwd / "cdk.out")}
    done = subprocess.run(  # noqa: S603 - our own app
        [sys.executable, "-X", "importtime", str(APP)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    imports = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    [said] = [line for line in done.stderr.splitlines() if line not in imports]
    assert done.returncode == 1
    assert done.stdout == ""
    assert not any("aws_cdk" in line for line in imports)
    assert not (cwd / "cdk.out").exists()
    return said


def test_wrong_context_fails_at_once(tmp_path: Path) -> None:
    """Wrong context fails synth with one line that names it, before CDK starts and before anything is written."""
    mistake = synth_fails(json.dumps(a_context(a_watch(every="1 fortnight"))), tmp_path)
    assert mistake == (
        "import-watch.watches[0].every: '1 fortnight' is not allowed; "
        "allowed: a rate of 1-99999 minutes, hours or days, such as '1 minute' or '6 hours'"
    )


def test_context_that_is_no_json(tmp_path: Path) -> None:
    """So does context that isn't even JSON."""
    mistake = synth_fails("{watches", tmp_path)
    assert mistake.startswith("CDK_CONTEXT_JSON: '{watches' is not allowed; allowed: a JSON object")


def test_the_command_line_wins_key_by_key(tmp_path: Path) -> None:
    """What the command line hands over replaces the file's keys one by one, and leaves the others."""
    (cdk_json := tmp_path / "cdk.json").write_text(json.dumps({"context": {"ours": {"a": 1}, "theirs": 1}}))
    assert read_context(cdk_json, '{"ours": {"b": 2}}') == {"ours": {"b": 2}, "theirs": 1}
    assert read_context(cdk_json, "") == {"ours": {"a": 1}, "theirs": 1}


def test_what_is_too_long_for_the_command_line_s_variable_stands_in_a_file(tmp_path: Path) -> None:
    """As CDK's command line has it, on Linux from 128 KiB on: key by key, too."""
    (cdk_json := tmp_path / "cdk.json").write_text(json.dumps({"context": {"ours": {"a": 1}, "theirs": 1}}))
    (overflow := tmp_path / "overflow.json").write_text(json.dumps({"ours": {"b": "x" * 200_000}}))
    assert read_context(cdk_json, '{"more": 3}', str(overflow)) == {
        "ours": {"b": "x" * 200_000},
        "theirs": 1,
        "more": 3,
    }


@pytest.mark.parametrize(
    ("in_file", "from_command_line", "mistake"),
    [
        ("{}", "[]", "CDK_CONTEXT_JSON: [] is not allowed; allowed: a JSON object"),
        ("[]", "", "cdk.json: [] is not allowed; allowed: a JSON object"),
        ('{"context": 1}', "", "cdk.json: context: 1 is not allowed; allowed: a JSON object"),
        (
            '{"context": {"a": 1, "a": 2}}',
            "",
            (
                'cdk.json: \'{"context": {"a": 1, "a": 2}}\' is not allowed; '
                "allowed: a JSON object (the key 'a' is there twice)"
            ),
        ),
    ],
)
def test_context_that_is_no_object(tmp_path: Path, in_file: str, from_command_line: str, mistake: str) -> None:
    """Context is an object, in the file and from the command line."""
    (cdk_json := tmp_path / "cdk.json").write_text(in_file)
    with pytest.raises(InvalidContextError) as caught:
        read_context(cdk_json, from_command_line)
    assert str(caught.value) == mistake


def test_context_that_is_too_deep_or_not_there(tmp_path: Path) -> None:
    """One line, too."""
    (cdk_json := tmp_path / "cdk.json").write_text("{}")
    with pytest.raises(
        InvalidContextError, match=r"^CDK_CONTEXT_JSON: '\[{119}… is not allowed; allowed: a JSON object"
    ):
        read_context(cdk_json, "[" * 200_000)
    with pytest.raises(
        InvalidContextError, match=r"^.*missing\.json: No such file or directory; allowed: a JSON object$"
    ):
        read_context(tmp_path / "missing.json", "")
