import pytest

from import_watch.sources import registry
from import_watch.sources.manifest import Permission
from infra.permissions import PUT_EVENTS, PolicyTooLargeError, needed, policies, size
from tests.infra.contexts import targets_of

APPLICATIONS = "mobiletargeting:GetApps"
APPLICATION_JOBS, SEGMENT_JOBS = "mobiletargeting:GetImportJobs", "mobiletargeting:GetSegmentImportJobs"
UPLOAD_JOB, UPLOAD_JOBS = "profile:GetUploadJob", "profile:ListUploadJobs"


def resources(laid_out: list[list[Permission]]) -> list[str]:
    return [permission.resource for policy in laid_out for permission in policy]


def segments(application: str, count: int) -> list[str]:
    return [f"pinpoint:{application}/segment-{index:04}" for index in range(count)]


def an_id(number: int) -> str:
    return f"{number:032x}"  # as long as Pinpoint's own


def test_exact() -> None:
    """Every target and bus is one action on one resource, once, however many watches name it."""
    targets = ["pinpoint:app/segment", "pinpoint:other", "pinpoint:app/segment"]
    assert policies(targets, ["default", "crm"]) == [
        [
            Permission(PUT_EVENTS, "event-bus/crm"),
            Permission(PUT_EVENTS, "event-bus/default"),
            Permission(APPLICATION_JOBS, "apps/other"),
            Permission(SEGMENT_JOBS, "apps/app/segments/segment"),
        ]
    ]


def test_a_whole_account() -> None:
    """Its list, by both names that AWS has for it, and any application's jobs; so no application is named beside it."""
    assert policies(["pinpoint:*", "pinpoint:app/segment", "pinpoint:other"], []) == [
        [
            Permission(APPLICATIONS, "apps"),
            Permission(APPLICATIONS, "apps/*"),
            Permission(APPLICATION_JOBS, "apps/*"),
            Permission(SEGMENT_JOBS, "apps/app/segments/segment"),
        ]
    ]


def test_sources_side_by_side() -> None:
    """Each has its own actions, on what is named and nothing else."""
    targets = ["customer-profiles:crm", "pinpoint:app", "customer-profiles:shop"]
    assert policies(targets, []) == [
        [
            Permission(APPLICATION_JOBS, "apps/app"),
            Permission(UPLOAD_JOB, "domains/crm"),
            Permission(UPLOAD_JOB, "domains/shop"),
            Permission(UPLOAD_JOBS, "domains/crm"),
            Permission(UPLOAD_JOBS, "domains/shop"),
        ]
    ]


def test_one_source_s_many_lists_don_t_widen_another_s() -> None:
    """What saves most is widened first."""
    domains = [f"customer-profiles:{an_id(number)}" for number in range(1_000)]
    assert resources(policies([*domains, "pinpoint:one", "pinpoint:two"], [])) == [
        *("apps/one", "apps/two"),
        *("domains/*", "domains/*"),
    ]


def test_no_bus() -> None:
    """Without a bus, there is nothing to put events to."""
    assert policies(["pinpoint:app"], []) == [[Permission(APPLICATION_JOBS, "apps/app")]]


def test_more_policies_before_wider_ones() -> None:
    """As long as the role's further policies have room, everything stays exact."""
    laid_out = policies([f"pinpoint:{an_id(1)}/{an_id(index)}" for index in range(200)], [])
    assert len(laid_out) > 1
    assert len(resources(laid_out)) == 200
    assert not any("*" in resource for resource in resources(laid_out))


def test_as_few_as_needed_are_widened() -> None:
    """The application with most segments is widened first, and no further one than needed."""
    small, middle, big = segments("small", 2), segments("middle", 5), segments("large", 9)
    exact_but_big = sum(size(policy) for policy in policies([*small, *middle, "pinpoint:x"], []))
    laid_out = policies([*big, *small, *middle, "pinpoint:x"], [], room=[exact_but_big + 100])
    assert resources(laid_out) == [
        "apps/x",
        "apps/large/*",
        *(f"apps/middle/segments/segment-{index:04}" for index in range(5)),
        *(f"apps/small/segments/segment-{index:04}" for index in range(2)),
    ]


def test_three_thousand_targets_in_a_hundred_applications() -> None:
    """As much as a schedule can carry, in as many applications as Pinpoint allows, fits."""
    targets = {f"pinpoint:{an_id(application)}/{an_id(index)}" for application in range(100) for index in range(30)}
    laid_out = policies(targets, ["default"])
    allowed = resources(laid_out)
    exact = {f"apps/{target.removeprefix('pinpoint:').replace('/', '/segments/')}" for target in targets}
    wide = {resource.removesuffix("*") for resource in allowed if resource.endswith("/*")}
    assert all(resource in allowed or resource.startswith(tuple(wide)) for resource in exact)
    assert all(resource.startswith("apps/") for resource in wide)
    assert len(wide) < 100, "some room is left, so some stay exact"
    assert len(laid_out) <= 6


def test_longest_ids() -> None:
    """A hundred applications fit even with the longest ids, each watched whole and by segment."""
    applications = [f"{index:064}" for index in range(100)]
    targets = [f"pinpoint:{one}" for one in applications] + [
        f"pinpoint:{one}/{two:064}" for one in applications for two in range(9)
    ]
    assert len(policies(targets, ["default"])) <= 6


def test_no_policy_is_fuller_than_its_room() -> None:
    """Each policy keeps to its room, or the role can't be deployed."""
    room = [400, 300, 350]
    laid_out = policies(segments("app", 5), [], room=room)
    assert all(size(policy) <= most for policy, most in zip(laid_out, room, strict=False))


def test_the_same_targets_in_another_order() -> None:
    """The order of targets changes nothing, so that it deploys nothing."""
    targets = [*segments("one", 400), *segments("two", 400), "pinpoint:three"]
    assert policies(targets, ["a", "b"]) == policies(targets[::-1], ["b", "a"])


def test_what_no_application_s_wildcard_makes_fit_is_all_applications() -> None:
    """A listing's action for all of them, where even that is too much by application; the other's stays as it is."""
    segments_of_many = [
        f"pinpoint:{an_id(application)}/{an_id(index)}" for application in range(900) for index in (1, 2)
    ]
    laid_out = policies([*segments_of_many, "pinpoint:one", "pinpoint:two"], ["default"])
    assert [[one.resource for one in policy] for policy in laid_out] == [
        ["event-bus/default", "apps/one", "apps/two", "apps/*"]
    ]
    applications = [f"pinpoint:{an_id(application)}" for application in range(2_000)]
    assert resources(policies(applications, [])) == ["apps/*"]


def test_ten_thousand_segments_fit() -> None:
    """In a hundred applications each is named, in one alone, that is."""
    for count in (1, 100):
        targets = [f"pinpoint:{an_id(number % count)}/{an_id(number)}" for number in range(10_000)]
        assert all(
            one.startswith(("apps/", "event-bus")) and one != "apps/*" for one in resources(policies(targets, []))
        )


def test_too_many() -> None:
    """Event buses have no wildcard: what doesn't fit with the widest listings is refused."""
    buses = [f"bus-{number}" for number in range(3)]
    with pytest.raises(PolicyTooLargeError, match="5 resources, as wide as they get"):
        policies(["pinpoint:a", "pinpoint:b", *segments("c", 9)], buses, room=[100])


@pytest.mark.parametrize("source", registry.MODULES)
def test_any_number_of_a_source_s_lists_fits(source: str) -> None:
    """As wide as they get, one list's permissions are any other's."""
    one, other = (
        [{(each, *each.wider)[-1] for each in needed([target], [])} for target in targets_of(source, number)]
        for number in (1, 2)
    )
    assert one == other


@pytest.mark.parametrize("source", registry.MODULES)
def test_what_a_source_s_function_calls_it_may(source: str) -> None:
    """An action for each operation, and no others."""
    manifest = registry.manifest(source)
    allowed = {one.action.partition(":")[2] for one in needed(targets_of(source), [])}
    assert allowed == manifest.operations
