"""The Lambda functions' handlers, a module each, and what they are made of.

While a handler starts, nearly all that it makes is there to stay: modules, models, clients. Looking through it for
garbage again and again takes a tenth of the time. So the collector is off from the first import of this package until
the handler is `ready`; what is there by then, it never looks at.
"""

import gc

gc.disable()


def ready() -> None:
    """Tell, as a handler module's last act, that it has started: from here on garbage is collected."""
    gc.freeze()
    gc.enable()
