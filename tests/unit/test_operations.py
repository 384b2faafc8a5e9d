"""What docs/operations.md says of the state after somebody has intervened."""

from copy import deepcopy

from import_watch.jobs import Outcome
from tests.builders import a_job, a_watch
from tests.fakes import Install


def test_a_table_restored_to_an_earlier_state_repeats_and_misses_nothing() -> None:
    """With the same ids, and what finished since the loss as well."""
    install = Install(a_watch())
    install.tick()
    earlier = deepcopy((install.ledgers, install.outbox))
    before = a_job("before", completed=install.clock.now)
    install.lists(before)
    install.tick()
    (announced,) = install.sns.sent
    install.ledgers, install.outbox = earlier
    install.lists(before, a_job("since", Outcome.FAILED, completed=install.clock.now))
    install.tick()
    repeated, new = install.sns.sent[1:]
    assert repeated.message.id == announced.message.id
    assert new.key.sk == "since#finished"
