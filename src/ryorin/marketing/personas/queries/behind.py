"""Whom a computed sentence holds for."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from ryorin.conditions.to_orm import among
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.models import Order
from ryorin.customers.segments.queries import member_ids, people_of
from ryorin.customers.voice.models import Need
from ryorin.insight.lake.queries import Doers, table
from ryorin.lib import clock
from ryorin.marketing.personas.models import Persona
from ryorin.marketing.personas.rules import DAYS, HOURS, condition_of, moment_of, parted
from ryorin.marketing.segments.queries import people_matching
from ryorin.marketing.segments.rules import read
from ryorin.workspace.organisation.queries import current

THEIR_OWN = ("page_view", "downloaded", "form_submitted", "mail_clicked", "mail_opened")  # what people do by themselves
FEW_EVENTS = 3  # who was active less often has no usual hour


def people_behind(persona: Persona, key: str, *, doers: Doers | None = None) -> QuerySet[Person]:
    """Return the people of the persona's segment for whom the sentence holds now."""
    condition = condition_of(key, persona.segment_id)
    if condition is not None:
        return people_matching(read(condition), doers=doers)
    kind, value = parted(key)
    match kind:
        case "product":
            return _who_bought(persona, Q(lines__product_id=int(value)))
        case "category":
            return _who_bought(persona, Q(lines__category=value))
        case "need":
            need, _colon, area = value.partition(":")
            said = Need.objects.filter(kind=need, area=area, person__isnull=False)
            return people_of(persona.segment).filter(pk__in=said.values("person_id"))
        case _:
            found = usual_moments(member_ids(persona.segment))
            return Person.objects.filter(among("pk", [pk for pk, moment in found.items() if moment == value]))


def usual_moments(people: Iterable[int]) -> dict[int, str]:
    """Return for each person the part of the day in which they were active most often in the last half year."""
    counts: dict[int, dict[str, int]] = {}
    for row in active_hours(people):
        mine = counts.setdefault(row["person_id"], {})
        moment = moment_of(row["hour"])
        mine[moment] = mine.get(moment, 0) + row["times"]
    return {
        person: max(HOURS, key=lambda moment: mine.get(moment, 0))
        for person, mine in counts.items()
        if sum(mine.values()) >= FEW_EVENTS
    }


def active_hours(people: Iterable[int]) -> list[dict[str, Any]]:
    """Return how often each of the people was active in which hour of their day: person_id, hour, times."""
    rows = their_touchpoints(people)
    ahead = clock.now().astimezone(ZoneInfo(current().time_zone)).utcoffset() or timedelta()
    rows = rows.filter(rows["kind"].isin(THEIR_OWN))
    local = rows.mutate(hour=(rows["at"].hour() + int(ahead.total_seconds() // 3600)) % 24)
    counted = local.group_by("person_id", "hour").aggregate(times=local.count())
    found: list[dict[str, Any]] = counted.to_pyarrow().to_pylist()
    return found


def their_touchpoints(people: Iterable[int]) -> Any:
    """Return what these people did in the last half year, as a table of the lake; nothing that machines did."""
    import ibis
    import pyarrow as pa

    rows = table("touchpoints")
    since = ibis.literal(clock.now() - timedelta(days=DAYS), type="timestamp('UTC')")
    until = ibis.literal(clock.now(), type="timestamp('UTC')")
    theirs = ibis.memtable(pa.table({"member": pa.array(list(people), pa.int64())}))
    rows = rows.filter(rows["at"] >= since, rows["at"] <= until, rows["verdict"] != "machine")
    return rows.semi_join(theirs, rows["person_id"] == theirs["member"])


def _who_bought(persona: Persona, lines: Q) -> QuerySet[Person]:
    orders = Order.objects.filter(lines, is_return=False, person__isnull=False)
    return people_of(persona.segment).filter(pk__in=orders.values("person_id"))
