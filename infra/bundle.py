"""The function's bundle, made without Docker: our code and its locked dependencies, less what it never uses."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import uv

from infra.models import trim

REPOSITORY: Final = Path(__file__).parent.parent
PYTHON: Final = "3.13"  # Lambda's runtime
PLATFORM: Final = "aarch64-manylinux2014"

TARGETS: Final = "targets"  # the folder that the function reads lists of targets from

# What an installer leaves behind that nothing reads in Lambda; some of it differs from one machine to the next.
_INSTALLERS_OWN: Final = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")


class BundlingFailedError(RuntimeError):
    """The bundle can't be made; the text says what failed and how."""


def bundle(directory: Path) -> None:
    """Fill an empty directory; the same uv.lock, code and Python give the same bytes."""
    _install_dependencies(directory)
    shutil.copytree(REPOSITORY / "functions" / "import_watch", directory / "import_watch")
    _remove_unused(directory)
    _compile(directory)


def add_targets(directory: Path, files: Mapping[str, str]) -> None:
    """Add lists of targets to a bundle, by their files' names."""
    for name, text in files.items():
        file = directory / TARGETS / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)


def _install_dependencies(directory: Path) -> None:
    # No colours, as CDK's command line asks for them even where no one looks.
    installer = (uv.find_uv_bin(), "--color", "never")
    with TemporaryDirectory() as scratch:
        # This format names each wheel with its address and hash: what is in uv's cache is used without asking anyone.
        lock = str(Path(scratch, "pylock.toml"))
        _run(
            *(*installer, "export", "--quiet", "--python", sys.executable, "--frozen", "--format", "pylock.toml"),
            *("--only-group", "runtime", "--no-emit-project", "--no-header", "--output-file", lock),
        )
        _run(
            *(*installer, "pip", "install", "--quiet", "--python", sys.executable, "--target", str(directory)),
            *("--python-platform", PLATFORM, "--python-version", PYTHON, "--only-binary", ":all:", "--no-deps"),
            # Copies, as links would let whoever edits the bundle change uv's cache.
            *("--link-mode", "copy", "--require-hashes", "--requirements", lock),
        )


def _remove_unused(directory: Path) -> None:
    trim(directory / "botocore" / "data")
    # Those of boto3 are about its resources, which nothing makes.
    for unused in (
        directory / "bin",
        *(directory / "boto3").glob("data/*"),
        directory / "boto3" / "examples",
        *directory.rglob("__pycache__"),
    ):
        shutil.rmtree(unused, ignore_errors=True)
    (directory / ".lock").unlink(missing_ok=True)  # uv's
    for dist_info in directory.glob("*.dist-info"):
        for name in _INSTALLERS_OWN:
            (dist_info / name).unlink(missing_ok=True)


def _compile(directory: Path) -> None:
    """Add bytecode, without which a cold start takes 1.6 times as long; only a Python of Lambda's version can."""
    python = next(filter(_is_lambdas_python, _candidates()), None)
    if python is None:
        return
    # Unchecked, because the zip's file times aren't those of compiling. One worker and a fixed seed give the same
    # bytes each time.
    _run(
        *(python, "-m", "compileall", "-q", "-j", "1", "--invalidation-mode", "unchecked-hash"),
        *("-s", str(directory), "-p", "/var/task", str(directory)),
        PYTHONHASHSEED="0",
    )


def _candidates() -> Iterator[str]:
    yield sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    yield from map(str, sorted(pyenv.glob(f"versions/{PYTHON}*/bin/python")))
    yield from filter(None, [shutil.which(f"python{PYTHON}")])


def _is_lambdas_python(python: str) -> bool:
    # By running it: a pyenv shim can be on the path and fail.
    asked = [python, "-c", "import sys; print(sys.implementation.cache_tag)"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - made here
    return answer.stdout.strip() == f"cpython-{PYTHON.replace('.', '')}"


def _run(*command: str, **environment: str) -> None:
    # In the repository, whose pyproject.toml may tell uv of another index.
    try:
        subprocess.run(  # noqa: S603 - commands are made here
            command,
            cwd=REPOSITORY,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise BundlingFailedError(f"{' '.join(command[:5])} failed: {(error.stderr or error.stdout).strip()}") from None
