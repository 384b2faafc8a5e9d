"""The services that the stand-in serves beside Pinpoint: how a list of each is named, filled and asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config

from local.stand_in import ImportJob, StandIn, address_list_import_job, email_import_job, upload_job, user_import_job

NOON = datetime(2026, 5, 24, 12, tzinfo=UTC)
DONE = NOON + timedelta(seconds=12, milliseconds=345)


@dataclass(frozen=True, kw_only=True)
class Case:
    service: str
    target: str
    ask: str
    named: Mapping[str, str]
    """The parameters that name the list."""
    items: str
    size: str
    start: str = "NextToken"
    build: Callable[..., ImportJob]
    ids: str = "job-{}"
    status: str
    errors: Mapping[str, int]
    """Throttled, denied, broken and gone, as the service calls them, by status."""
    invalid: str
    """What it calls a bad request; its status is 400."""
    limit: int
    """The largest page that may be asked for; 0 where any may."""
    secret: frozenset[str] = frozenset()
    """Members that the list doesn't show."""
    counts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def gone(self) -> tuple[str, int]:
        """The error for a list that isn't there, and its status."""
        return list(self.errors.items())[-1]

    def __str__(self) -> str:
        return self.service

    def job(self, number: int, **members: Any) -> ImportJob:
        job_id = self.ids.format(number)
        return self.build(self.target, job_id, self.status, created=NOON, completed=DONE, **self.counts, **members)

    def listed(self, number: int) -> ImportJob:
        """Build the same as the list shows it."""
        return {name: value for name, value in self.job(number).items() if name not in self.secret}

    def page(self, server: StandIn, **more: Any) -> Any:
        """Ask for a page by boto3."""
        return getattr(self.client(server), self.ask)(**{self.size: 50, **self.named, **more})

    def client(self, server: StandIn) -> Any:
        session: Any = boto3.Session("any", "any", region_name="us-east-1")
        settings = Config(retries={"total_max_attempts": 1}, read_timeout=2, proxies={}, parameter_validation=False)
        return session.client(self.service, endpoint_url=server.url, config=settings)


CUSTOMER_PROFILES = Case(
    service="customer-profiles",
    target="customer-profiles:shop",
    ask="list_upload_jobs",
    named={"DomainName": "shop"},
    items="Items",
    size="MaxResults",
    build=upload_job,
    ids="{:032x}",
    status="PARTIALLY_SUCCEEDED",
    invalid="BadRequestException",
    errors={
        "ThrottlingException": 429,
        "AccessDeniedException": 403,
        "InternalServerException": 500,
        "ResourceNotFoundException": 404,
    },
    limit=500,
    secret=frozenset({"Fields", "UniqueKey", "ResultsSummary"}),
    counts={"ResultsSummary": {"UpdatedRecords": 5, "CreatedRecords": 4, "FailedRecords": 3}},
)
SES = Case(
    service="sesv2",
    target="ses:suppression-list",
    ask="list_import_jobs",
    named={"ImportDestinationType": "SUPPRESSION_LIST"},
    items="ImportJobs",
    size="PageSize",
    build=email_import_job,
    status="COMPLETED",
    invalid="BadRequestException",
    errors={
        "TooManyRequestsException": 429,
        "AccessDeniedException": 403,
        "InternalServiceErrorException": 500,
        "NotFoundException": 404,
    },
    limit=0,
    secret=frozenset({"CompletedTimestamp", "FailureInfo", "ImportDataSource"}),
    counts={"ProcessedRecordsCount": 9, "FailedRecordsCount": 3},
)
COGNITO = Case(
    service="cognito-idp",
    target="cognito:us-east-1_Example",
    ask="list_user_import_jobs",
    named={"UserPoolId": "us-east-1_Example"},
    items="UserImportJobs",
    size="MaxResults",
    start="PaginationToken",
    build=user_import_job,
    ids="import-{}",
    status="Succeeded",
    invalid="InvalidParameterException",
    errors={
        "TooManyRequestsException": 400,
        "AccessDeniedException": 400,
        "InternalErrorException": 500,
        "ResourceNotFoundException": 400,
    },
    limit=60,
    counts={"ImportedUsers": 9, "SkippedUsers": 1, "FailedUsers": 3},
)
MAIL_MANAGER = Case(
    service="mailmanager",
    target="mailmanager:al-1",
    ask="list_address_list_import_jobs",
    named={"AddressListId": "al-1"},
    items="ImportJobs",
    size="PageSize",
    build=address_list_import_job,
    status="COMPLETED",
    invalid="ValidationException",
    errors={
        "ThrottlingException": 429,
        "AccessDeniedException": 403,
        "InternalFailure": 500,
        "ResourceNotFoundException": 404,
    },
    limit=50,
    counts={"ImportedItemsCount": 9, "FailedItemsCount": 3},
)
CASES = [CUSTOMER_PROFILES, SES, COGNITO, MAIL_MANAGER]
