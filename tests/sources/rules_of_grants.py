"""What a source may do is what its manifest says, and what it does: no more and no less."""

import re

import pytest

from import_watch.jobs import Trouble
from import_watch.listing import Source
from import_watch.sources import registry
from import_watch.sources.manifest import Permission
from local.stand_in import Call, StandIn
from tests.builders import EVER
from tests.sources.kit import MODELS
from tests.sources.rules import Rules, failure_of


class RulesOfGrants(Rules):
    """Permissions, operations and names."""

    def permissions(self, target: str) -> set[Permission]:
        return set(self.kit.manifest.permissions(registry.parse(target)))

    def asked(self, call: Call) -> Permission:
        """Tell what AWS asks IAM at a call, by its Service Authorization Reference."""
        resource = self.kit.resources.get(call.operation, self.kit.targets[call.target])
        return Permission(f"{self.kit.manifest.arn_service}:{call.operation}", resource)

    def allow(self, services: StandIn, granted: set[Permission]) -> None:
        services.guard = lambda call: None if self.asked(call) in granted else f"not allowed: {call.operation}"

    def read(self, source: Source, target: str) -> None:
        """Do all that a tick may do with a list."""
        parsed = registry.parse(target)
        for page in source.pages(parsed, EVER):
            for job in page.jobs:
                source.whole(parsed, job)

    def test_its_permissions_are_what_it_takes_to_read_a_list(self, services: StandIn) -> None:
        """Each is asked for, and nothing else is; other lists are none of its business."""
        for number, target in enumerate(self.kit.targets):
            services.jobs.put(target, self.kit.job(number, target=target))
        for target in self.kit.targets:
            self.allow(services, self.permissions(target))
            before = len(services.calls)
            self.read(self.source(services), target)
            assert {self.asked(call) for call in services.calls[before:]} == self.permissions(target)

    def test_each_permission_is_missed(self, services: StandIn) -> None:
        """Without it, the list or the job is denied, and the reason says of what."""
        for number, target in enumerate(self.kit.targets):
            services.jobs.put(target, self.kit.job(number, target=target))
            for missing in self.permissions(target):
                self.allow(services, self.permissions(target) - {missing})
                failure = failure_of(self.read, self.source(services), target)
                assert failure.trouble is Trouble.DENIED
                assert f"not allowed: {missing.action.partition(':')[2]}" in failure.detail

    def test_only_operations_that_the_manifest_names_exist_and_are_called(self, services: StandIn) -> None:
        """By botocore's model; the function's bundle is trimmed to these."""
        manifest = self.kit.manifest
        model = MODELS.get_service_model(manifest.service)
        assert manifest.operations <= {*model.operation_names}
        assert manifest.details | manifest.lists <= manifest.operations
        asked = {manifest.asking(registry.parse(target)).operation for target in self.kit.targets}
        assert asked | manifest.details | manifest.lists == manifest.operations
        for target in self.kit.targets:
            services.jobs.put(target, self.kit.job(1, target=target))
            self.read(self.source(services), target)
        assert {call.operation for call in services.calls} == asked | manifest.details

    def test_a_wider_permission_allows_no_other_action(self) -> None:
        """Where a role has no room for each list by itself, fewer resources are named, and more is read by it."""
        for target in self.kit.targets:
            for permission in self.permissions(target):
                assert permission.service == self.kit.manifest.arn_service
                for wider in permission.wider:
                    assert wider.action == permission.action
                    assert re.fullmatch(re.escape(wider.resource).replace(r"\*", ".*"), permission.resource)

    def test_its_targets_are_what_its_grammar_allows(self) -> None:
        """And what a message names; its resource is an ARN in the stack's account and Region."""
        source = self.source("http://127.0.0.1:9")
        for target, resource in self.kit.targets.items():
            parsed = registry.parse(target)
            assert (parsed.source, str(parsed)) == (self.kit.source, target)
            arn = source.arn(parsed.application_id, parsed.segment_id)
            assert arn.split(":", 5)[:5] == ["arn", "aws", self.kit.manifest.arn_service, "us-east-1", "123456789012"]
            assert resource == "*" or arn.endswith(f":{resource}")
        for wrong in ("", "*/a", "a b", "a:b", "x" * 300):
            with pytest.raises(ValueError, match=re.escape(self.kit.manifest.grammar)):
                registry.parse(f"{self.kit.source}:{wrong}")

    def test_it_names_itself_as_it_is_registered(self) -> None:
        """By one name everywhere; its grammar begins with it, as do the examples of its targets."""
        manifest = self.kit.manifest
        assert manifest.name == self.kit.source
        assert manifest.grammar.startswith(f"{manifest.name}:")
        assert manifest.examples
        assert all(example.startswith(f"{manifest.name}:") for example in manifest.examples)

    def test_only_a_source_that_lists_lists_takes_an_account_for_a_target(self) -> None:
        """Else its applications are none."""
        account, lists = re.fullmatch(self.kit.manifest.path, "*"), self.kit.manifest.lists
        assert bool(account) is bool(lists)
        if not lists:
            assert list(self.source("http://127.0.0.1:9").applications()) == []
