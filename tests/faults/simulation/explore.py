"""Going through all that may come of a scenario, within bounds."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import le

from tests.faults.simulation.scenario import Scenario
from tests.faults.simulation.walk import Bounds, Move, Walk

SHARED_FROM = 6  # moves deep: reached soon, so that little is done by all, and by ways enough to be shared evenly


@dataclass(slots=True, kw_only=True)
class Exploration:
    """One scenario, gone through within bounds; or one share of its ways, where states aren't merged."""

    scenario: Scenario
    bounds: Bounds
    share: int = 0
    shares: int = 1
    states: int = 0
    """How many moments were come to, but for those that equal an earlier one."""
    _aside: defaultdict[int, list[Callable[[], Walk]]] = field(default_factory=lambda: defaultdict(list))
    _seen: dict[object, list[tuple[int, ...]]] = field(default_factory=dict)
    _shared: int = 0

    def ends(self) -> Iterator[Walk]:
        """Yield each way at its end, where nothing more can come."""
        walk: Walk | None = Walk.begin(self.scenario, self.bounds)
        while walk:
            try:
                while self._is_new(walk):
                    moves = list(walk.moves())
                    if not moves:
                        yield walk
                        break
                    self._leave_aside(walk, moves[1:])
                    moves[0](walk)
            finally:
                walk.simulation.close()
            walk = next((ways.pop()() for _, ways in sorted(self._aside.items()) if ways), None)

    def _leave_aside(self, walk: Walk, moves: Sequence[Move]) -> None:
        """Keep moves for later. What was left last comes first; if states are merged, what has least trouble.

        Of two ways to one state the one with less trouble then mostly comes first, and the other adds nothing.
        """
        if moves:
            go_on, trouble = walk.freeze(), walk.trouble if self.bounds.merged else 0
            for move in moves:
                self._aside[trouble].append(partial(go_on, move))

    def _is_new(self, walk: Walk) -> bool:
        """Count the state a walk has come to, unless that was gone on from already or is another share's."""
        if self.bounds.merged:
            spent, before = walk.spent(), self._seen.setdefault(walk.state(), [])
            if any(all(map(le, earlier, spent)) for earlier in before):
                return False
            before.append(spent)
        elif walk.moved == SHARED_FROM:
            self._shared += 1
            if self._shared % self.shares != self.share:
                return False
        self.states += 1
        return True
