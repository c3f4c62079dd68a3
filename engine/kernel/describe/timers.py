"""When a timer goes off, and how much time a duration is."""

from datetime import timedelta
from decimal import Decimal

from engine.domain.errors import LimitError
from engine.domain.limits import parse_limit, parse_point
from engine.domain.terms import CLOCKS
from engine.feel import Expression
from engine.kernel import iso
from engine.kernel.compile.model import After, AtClock, IsoCycle, IsoDate, IsoDuration, Timer
from engine.kernel.describe.conditions import literal_of, tree_of
from engine.kernel.describe.marks import code
from engine.kernel.describe.teller import Teller

_PARTS = (("day", 86_400), ("hour", 3600), ("minute", 60))


def clock_name(t: Teller, name: str) -> str:
    """A clock by its word, else by its name."""
    return t.wording.quoted(t.wording.word(CLOCKS[name]) if name in CLOCKS else name)


def when(t: Teller, timer: Timer) -> str:
    """The moment of a timer."""
    if isinstance(timer, AtClock):
        return t.say("timer.clock", clock=clock_name(t, timer.clock), point=point(t, timer.point))
    if isinstance(timer, After):
        return _after(t, timer)
    if isinstance(timer.value, Expression):
        return t.say(f"timer.{_KINDS[type(timer)]}", time=code(timer.value.text))
    if isinstance(timer, IsoDuration):
        return t.say("timer.duration", time=_length(t, iso.parse_duration(timer.value)))
    if isinstance(timer, IsoDate):
        return t.say("timer.date", time=code(timer.value))
    return _cycle(t, iso.parse_cycle(timer.value), timer.value)


_KINDS: dict[type, str] = {IsoDuration: "duration", IsoDate: "date", IsoCycle: "cycle"}


def point(t: Teller, text: str) -> str:
    """A share of a limit, or so much before or after its end."""
    found = parse_point(text)
    if found.percent is not None:
        key = "point.full" if found.percent == 100 else "point.share"  # noqa: PLR2004 percent
        return t.say(key, percent=str(found).removesuffix(" %"))
    assert found.offset is not None
    key = "point.after" if found.after else "point.before"
    return t.say(key, time=t.wording.limit(found.offset))


def limit_of(t: Teller, limit: Expression) -> str:
    """The limit of a clock: written out, from the case, or worked out."""
    if is_fixed(limit):
        try:
            return t.wording.limit(parse_limit(limit.text.strip()[1:-1]))
        except LimitError:
            return code(limit.text)
    return t.say("clock.limit_of_case", field=t.phrases.value(limit))


def is_fixed(limit: Expression) -> bool:
    """Whether a limit is written out."""
    found = literal_of(tree_of(limit.text))
    return found is not None and found[0] == "string"


def _after(t: Teller, timer: After) -> str:
    if isinstance(timer.amount, Expression):
        return t.say("timer.after_code", amount=code(timer.amount.text), unit=timer.unit)
    time = t.wording.limit(parse_limit(f"{timer.amount} {timer.unit}"))
    return t.say("timer.after", time=time)


def _cycle(t: Teller, cycle: iso.Cycle, text: str) -> str:
    every = _length(t, cycle.every)
    times = "timer.cycle_endless" if cycle.times is None else "timer.cycle_times"
    said = t.say(times, every=every, times=cycle.times)
    if cycle.start is None:
        return said
    return t.say("timer.cycle_from", said=said, start=code(text.split("/")[1].strip()))


def _length(t: Teller, duration: iso.Duration) -> str:
    """Natural time in units that people say."""
    parts = []
    years, months = divmod(duration.months, 12)
    left = duration.exact // timedelta(microseconds=1)
    counts: list[tuple[str, Decimal]] = [("year", Decimal(years)), ("month", Decimal(months))]
    for name, length in _PARTS:
        whole, left = divmod(left, length * 1_000_000)
        counts.append((name, Decimal(whole)))
    counts.append(("second", Decimal(left) / 1_000_000))
    for name, count in counts:
        if count:
            parts.append(t.wording.amount(count, t.say(f"time.{name}")))
    return t.wording.listed(
        parts or [t.wording.amount(Decimal(0), t.say("time.second"))], "list.time"
    )
