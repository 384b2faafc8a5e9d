"""What became of an announcement, in a sentence or two, and what to do about it."""

from dataclasses import dataclass, replace
from datetime import datetime

from import_watch.changes import Reason
from import_watch.mutes import Mute
from import_watch.phrases import span
from import_watch_cli.speech.words import channel, channels, counted, in_order, listed, ordinal, when
from import_watch_cli.table.records import Record
from import_watch_cli.table.waiting import has_waited_long


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of an announcement."""

    code: str
    sentence: str
    steps: tuple[str, ...] = ()
    """What to do, each a command or a short sentence."""
    finding: bool = False
    """Whether it needs a look."""


def fate(record: Record, now: datetime) -> Fate:
    """Tell it: what was not sent and why, what is yet to be sent, what is given up, what was sent."""
    if record.suppressed:
        return _suppressed(record)
    if record.quarantined:
        return _quarantined(record, now)
    if record.waits():
        return _waiting(record, now)
    return _delivered(record)


def muted_by(mute: Mute) -> str:
    """Say who muted until when, and why."""
    return f"{mute.by} until {when(mute.until)}" + (f" ({mute.reason})" if mute.reason else "")


def _suppressed(record: Record) -> Fate:
    steps = ("To be told from now on, add that kind to the watch's notify in cdk.json, and deploy.",)
    word = str(record.suppressed)
    return Fate(
        code=word,
        sentence=f"It was not announced: {_why_not(record)}.",
        steps=steps if word == Reason.UNWANTED else (),
    )


def _why_not(record: Record) -> str:
    match record.suppressed:
        case Reason.FIRST_SIGHT:
            return (
                "it had finished before the watch first looked, and so was history when it was seen at"
                f" {when(record.seen_at)}"
            )
        case Reason.LATE:
            return (
                f"it was not seen before {when(record.seen_at)}, longer after its end than the watch's"
                " announceNotOlderThan allows"
            )
        case Reason.UNWANTED:
            return f"the watch's policy doesn't want what is {record.kind} (its `notify`)"
        case Reason.RECOVERED:
            return "that was over before it had lasted long enough to be announced"
        case Reason.MUTED:
            return f"muted by {muted_by(record.muted)}" if record.muted else "muted"
        case other:
            return f"{other}, a reason that only a later version knows"


def _quarantined(record: Record, now: datetime) -> Fate:
    names = in_order(record.quarantined)
    refused = listed(f"{channel(name)} ({counted(record.refusals.get(name, 0), 'time')})" for name in names)
    sentences = [
        f"It is given up on {channels(names)}: its content was refused there by {refused}, so it is quarantined.",
        *([_accepted(record)] if record.delivered else []),
        *([_waiting(record, now).sentence] if record.waits() else []),
    ]
    step = "Once what is wrong with it is mended, send it again there: import-watch redrive"
    return Fate(code="quarantined", sentence=" ".join(sentences), steps=(step,), finding=True)


def _waiting(record: Record, now: datetime) -> Fate:
    told, waited = _why_waiting(record, now), now - record.waiting_since
    if record.delivered and not record.replay:
        told = replace(told, sentence=f"{told.sentence} {_accepted(record)}")
    if not has_waited_long(record, now):
        return told
    step = "The function's log says why it is not announced: import-watch tail"
    sentence = f"{told.sentence} It has waited for {span(waited)}."
    return replace(told, sentence=sentence, steps=(*told.steps, step), finding=True)


def _why_waiting(record: Record, now: datetime) -> Fate:
    until, again = when(record.due or now), _again(record)
    where = f"on {channels(record.pending)}{again}"
    sent = "sent again" if record.replay else "sent"
    code = "replaying" if record.replay else "pending"
    if record.is_held(now):
        who = muted_by(record.muted) if record.muted else f"somebody until {until}"
        sentence = f"It is held back, as it was muted by {who}. Then it is sent {where}."
        return Fate(code="held", sentence=sentence)
    if record.is_being_sent(now):
        code, how = "sending", f"It is being {sent} {where}: a tick has a claim to it until {until}."
        how += " If that tick died, or never heard what came of it, the first one after that sends it again."
    elif not record.released:
        how = f"It waits to be {sent} {where}: the tick that had it until {until} never told what came of it,"
        how += " and the next one takes over."
    elif record.redriven_at and record.redriven_at == record.due:
        how = f"It waits to be {sent} {where}, as was asked for by redrive at {until}: the next tick does that."
    elif record.attempts and not record.replay:
        how = f"It waits to be sent {where}: sending failed, and the next tick tries again."
    else:
        how = f"It waits to be {sent} {where}: the next tick does that."
    return Fate(code=code, sentence=how)


def _again(record: Record) -> str:
    return f", as {_asked(record)}" if record.replay else ""


def _asked(record: Record) -> str:
    who = f" by {record.replayed_by}" if record.replayed_by else ""
    return f"was asked for{who}" + (f" at {when(record.replayed_at)}" if record.replayed_at else "")


def _delivered(record: Record) -> Fate:
    tried = f", at the {ordinal(record.attempts)} attempt" if record.attempts and not record.replays else ""
    sentence = f"{_accepted(record).removesuffix('.')}{tried}."
    if record.replays:
        times = "once" if record.replays == 1 else counted(record.replays, "time")
        sentence += f" It was sent again {times}, with the same id, as {_asked(record)}."
        return Fate(code="replayed", sentence=sentence)
    if record.lapsed:
        times = "twice" if record.lapsed == 1 else f"up to {record.lapsed + 1} times"
        sentence += f" Of {counted(record.lapsed, 'attempt')} before nobody knows what came, as after a crash:"
        sentence += f" it may have arrived {times}, with the same id."
        return Fate(code="delivered_twice", sentence=sentence)
    return Fate(code="delivered", sentence=sentence)


def _accepted(record: Record) -> str:
    by_moment: dict[str, list[str]] = {}
    for name in in_order(record.delivered):
        by_moment.setdefault(when(record.delivered[name]), []).append(name)
    where = listed(f"on {channels(names)} at {at}" for at, names in by_moment.items())
    return f"It was announced by watch {record.watch} {where}." if where else "It was announced nowhere."
