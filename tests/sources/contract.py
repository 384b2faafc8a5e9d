"""The contract that every source must pass: one class, with a kit, is all that a new one has to write."""

from tests.sources.rules_of_grants import RulesOfGrants
from tests.sources.rules_of_jobs import RulesOfJobs
from tests.sources.rules_of_lists import RulesOfLists
from tests.sources.rules_of_messages import RulesOfMessages
from tests.sources.rules_of_ticks import RulesOfTicks
from tests.sources.rules_of_troubles import RulesOfTroubles


class SourceContract(RulesOfLists, RulesOfTroubles, RulesOfJobs, RulesOfGrants, RulesOfMessages, RulesOfTicks):
    """All of it. A source's own test file subclasses this, and says what `kit` is."""
