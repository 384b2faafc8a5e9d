"""The Lambda functions' handlers, a module each, and what they are made of.

While a handler starts, nearly all that it makes is there to stay: modules, models, clients. Looking through it for
garbage again and again takes a tenth of the time. So the collector is off from the first import of this package until
the handler is `ready`; what is there by then, it never looks at.
"""

import gc
from typing import Final

gc.disable()

ROOM: Final = 50_000
"""Objects that may come to be before the collector looks for cycles among them.

A page of jobs is thousands, all of which go by themselves once it is read; looking through them takes a twentieth of
the time that pages take.
"""


def ready() -> None:
    """Tell, as a handler module's last act, that it has started: from here on garbage is collected."""
    gc.freeze()
    gc.set_threshold(ROOM)
    gc.enable()
