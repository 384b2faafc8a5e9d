"""`--output yaml` and `yaml-stream`: one document as the pages make it, or a list of the pages as they come."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from import_watch_cli.jobs.document import answer
from import_watch_cli.jobs.listing import Page

if TYPE_CHECKING:
    from import_watch.sources.manifest import Asking


def whole(value: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    """Write a value, such as what a query leaves."""
    text = _text(value)
    yield text.removesuffix("...\n")  # PyYAML's mark after a document that is a bare scalar


def entry(value: Any) -> Iterator[str]:  # noqa: ANN401
    """Write a value as the only entry of a stream."""
    yield _text([value])


def streamed(pages: Iterable[Page], asking: "Asking") -> Iterator[str]:
    """Write the document that all pages make, each page's jobs when they are there."""
    step = "  " if asking.payload else ""
    beginning = (f"{asking.payload}:\n" if asking.payload else "") + f"{step}{asking.items}:"
    token, any_jobs = None, False
    for page in pages:
        token = page.token
        if page.jobs:
            yield ("" if any_jobs else f"{beginning}\n") + _indented(_text(page.jobs), step)
            any_jobs = True
    following = _indented(_text({asking.token: token}), step) if token else ""
    yield ("" if any_jobs else f"{beginning} []\n") + following


def stream(pages: Iterable[Page], asking: "Asking") -> Iterator[str]:
    """Write each page, when it is there, as an entry of a list; each has the token of the one after it."""
    for page in pages:
        yield _text([answer(asking, page.jobs, page.token)])


def _indented(text: str, step: str) -> str:
    return "".join(f"{step}{line}\n" for line in text.removesuffix("\n").split("\n"))


def _text(value: Any) -> str:  # noqa: ANN401
    import yaml  # noqa: PLC0415 - only where it is wanted

    if yaml.__with_libyaml__:
        with suppress(UnicodeEncodeError):  # it doesn't take half a character
            return _dumped(value, yaml.CSafeDumper, plainly=True)
    return _dumped(value, yaml.SafeDumper, plainly=False)  # some line ends don't survive here unless escaped


def _dumped(value: Any, dumper: Any, *, plainly: bool) -> str:  # noqa: ANN401
    import yaml  # noqa: PLC0415

    text: str = yaml.dump(value, Dumper=dumper, sort_keys=False, allow_unicode=plainly, width=10**6)
    return text
