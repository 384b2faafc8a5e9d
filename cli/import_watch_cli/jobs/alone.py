"""One job, with what the service tells of it by itself."""

from typing import Any

from import_watch_cli.jobs.listing import Asked, Page, pages, readable
from import_watch_cli.jobs.shown import shown
from import_watch_cli.speech.errors import EndError, Exit


def alone(client: Any, asked: Asked, job_id: str) -> Page:  # noqa: ANN401 - any service's
    """Find a job in its list, and complete it; EndError where that doesn't have it."""
    for page in pages(client, asked):
        for job in page.jobs:
            if job.get(asked.asking.id) == job_id:
                return Page(jobs=[completed(client, asked, job)], token=None)
    raise missing(asked, job_id)


def completed(client: Any, asked: Asked, job: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """Add what its list doesn't tell; of one that is gone by then, nothing."""
    from botocore import xform_name  # noqa: PLC0415 - takes longer than all else
    from botocore.exceptions import ClientError  # noqa: PLC0415

    from import_watch.sources.troubles import is_gone  # noqa: PLC0415

    if (telling := asked.manifest.source.telling(asked.target, job[asked.asking.id])) is None:
        return job
    try:
        with readable(asked):
            answer = getattr(client, xform_name(telling.operation))(**telling.parameters)
            return job | shown({name: value for name, value in answer.items() if name != "ResponseMetadata"})
    except ClientError as error:
        if not is_gone(error):
            raise
        return job


def missing(asked: Asked, job_id: str) -> EndError:
    """Give the finding that a list doesn't have a job."""
    return EndError(f"{asked.target} lists no job {job_id}", Exit.FINDING)
