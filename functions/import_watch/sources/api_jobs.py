"""Job lists that an API pages through in the usual way; a source says how it is asked, and how its jobs are read."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypedDict, Unpack

from botocore import xform_name
from botocore.exceptions import ClientError

from import_watch.jobs import ImportJob, Target, Trouble
from import_watch.listing import Applications, ListingFailedError, NotAskedError, Page
from import_watch.sources import answers
from import_watch.sources.manifest import Asking, Manifest, Permission, Telling
from import_watch.sources.members import EVER, Members
from import_watch.sources.paging import guarded
from import_watch.sources.responses import responses
from import_watch.sources.troubles import is_gone, troubles
from import_watch.sources.values import Raw


class Facts(TypedDict):
    """What a manifest says that its source's class doesn't."""

    name: str
    title: str
    grammar: str
    path: str
    examples: tuple[str, ...]
    service: str
    arn_service: str
    operations: frozenset[str]
    permissions: Callable[[Target], Iterable[Permission]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiJobs(ABC):
    """A source whose client answers with pages of jobs that botocore reads."""

    members: ClassVar[Members]
    """How a job is read."""
    detail: ClassVar[str | None] = None
    """The operation that tells the rest of a finished job by its id, if a list doesn't tell all."""
    ended: ClassVar[str] = ""
    """What a reader should know where a list is denied or gone, such as that the service has ended."""

    client: Any
    arn_prefix: str
    """Partition, Region and account, as in `arn:aws:profile:eu-west-1:123456789012`."""
    page_size: int
    max_pages: int

    def __post_init__(self) -> None:
        answers.check(self.client)

    @classmethod
    def described(cls, **facts: Unpack[Facts]) -> Manifest:
        """Make the source's manifest, of facts and of what the class says itself."""
        return Manifest(
            asking=cls.asking,
            details=frozenset({cls.detail} if cls.detail else ()),
            running=cls.members.running,
            finished=cls.members.finished,
            notice=cls.ended,
            source=cls,
            **facts,
        )

    @staticmethod
    @abstractmethod
    def asking(target: Target, /) -> Asking:
        """Tell how a target's list is asked for."""

    @staticmethod
    def detail_parameters(_target: Target, job_id: str, /) -> dict[str, str]:
        """Name a job to the operation that tells its details."""
        return {"JobId": job_id}

    @abstractmethod
    def arn(self, application_id: str, segment_id: str | None, /) -> str:
        """Name what a job or a target belongs to."""

    def applications(self) -> Iterator[Applications]:
        """Yield nothing: no target is all that an account has."""
        return iter(())

    def notice(self, trouble: Trouble, /) -> str:
        """Say what there is to know where a list is denied or gone."""
        return self.ended if trouble in {Trouble.DENIED, Trouble.GONE} else ""

    def pages(self, target: Target, history_before: datetime, /) -> Iterator[Page]:
        """Yield every page of a target's jobs; ListingFailedError where that can't be done."""
        asking, partial = self.asking(target), self.detail is not None
        for items, more in guarded(responses(self.client, asking, self.page_size), self.max_pages):
            yield self.members.page(items, target, history_before, more=more, partial=partial)

    @classmethod
    def read(cls, items: Sequence[object], target: Target, /) -> Page:
        """Read jobs of a target as botocore gives them, history too."""
        return cls.members.page(items, target, EVER, partial=cls.detail is not None)

    @classmethod
    def telling(cls, target: Target, job_id: str, /) -> Telling | None:
        """Tell how to ask for a job what its list doesn't tell; None where it tells all."""
        if cls.detail is None:
            return None
        return Telling(operation=cls.detail, parameters=cls.detail_parameters(target, job_id))

    def whole(self, target: Target, job: ImportJob, /) -> ImportJob:
        """Ask for the rest of a partial job; ListingFailedError where that can't be done."""
        telling = self.telling(target, job.id)
        if telling is None or not job.partial:
            return job
        try:
            with troubles():
                raw = self._told(telling)
        except NotAskedError:
            raise
        except ListingFailedError as failure:
            trouble = Trouble.BROKEN if failure.trouble is Trouble.GONE else failure.trouble
            raise ListingFailedError(trouble, f"job {job.id}: {failure.detail}") from None
        if raw is None:
            return job
        for read in self.members.page([raw], target, EVER).jobs:
            if read.id == job.id and read.outcome is not None:
                return read
        raise ListingFailedError(Trouble.BROKEN, f"job {job.id}: {telling.operation} doesn't show that it finished")

    def _told(self, telling: Telling) -> Raw | None:
        """Ask for a job; None where the service itself says that it is gone, as nobody between may."""
        try:
            raw: Raw = getattr(self.client, xform_name(telling.operation))(**telling.parameters)
        except ClientError as error:
            if is_gone(error):
                return None
            raise
        return raw
