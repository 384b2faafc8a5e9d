"""What receipts mean for an announcement."""

import pytest

from import_watch.announcements import MAX_REFUSALS, Announcement, Key, Receipt, Settlement, settle
from import_watch.messages import Message

NONE: frozenset[str] = frozenset()
SNS, BUS = frozenset({"sns"}), frozenset({"eventbridge"})
BOTH = SNS | BUS
DELIVERED, REFUSED, FAILED, UNKNOWN = Receipt.DELIVERED, Receipt.REFUSED, Receipt.FAILED, Receipt.UNKNOWN


def settled(sns: Receipt, eventbridge: Receipt, /, **refusals: int) -> Settlement:
    announcement = Announcement(
        key=Key(pk="pk", sk="sk"),
        message=Message({}),
        resource="arn",
        destinations={"sns": "topic", "eventbridge": "bus"},
        pending=BOTH,
        refusals=refusals,
    )
    return settle(announcement, {"sns": sns, "eventbridge": eventbridge})


@pytest.mark.parametrize(
    ("sns", "eventbridge", "delivered", "pending", "retry"),
    [
        (DELIVERED, DELIVERED, BOTH, NONE, False),
        (DELIVERED, FAILED, SNS, BUS, True),
        (DELIVERED, REFUSED, SNS, BUS, True),
        (DELIVERED, UNKNOWN, SNS, BUS, False),
        (FAILED, UNKNOWN, NONE, BOTH, False),
        (UNKNOWN, UNKNOWN, NONE, BOTH, False),
        (FAILED, FAILED, NONE, BOTH, True),
    ],
)
def test_receipts(
    sns: Receipt, eventbridge: Receipt, delivered: frozenset[str], pending: frozenset[str], *, retry: bool
) -> None:
    """Known failures go to the next tick; where anything is unknown, the claim must lapse first."""
    settlement = settled(sns, eventbridge)
    assert (settlement.delivered, settlement.pending, settlement.retry) == (delivered, pending, retry)
    assert settlement.done is (delivered == BOTH)


def test_only_the_fifth_refusal_quarantines() -> None:
    """And only on the channel that refuses; failures that are not the entry's fault never count."""
    assert settled(REFUSED, DELIVERED, sns=MAX_REFUSALS - 2).quarantined == NONE
    last = settled(REFUSED, FAILED, sns=MAX_REFUSALS - 1)
    assert (last.quarantined, last.pending, last.done) == (SNS, BUS, False)
    assert settled(FAILED, UNKNOWN, sns=MAX_REFUSALS).quarantined == NONE


def test_each_channel_s_refusals_count_apart() -> None:
    """Four by one leave the other all of its five; and what is unknown beside a refusal doesn't hide it."""
    assert settled(FAILED, REFUSED, sns=MAX_REFUSALS - 1).quarantined == NONE
    assert settled(REFUSED, UNKNOWN, sns=1, eventbridge=2).refusals == {"sns": 2, "eventbridge": 2}
