"""Computing a portrait from the people of its segment, once a day, and noticing what has moved since it was agreed."""

from collections.abc import Iterable, Iterator
from statistics import median
from typing import Any

from django.db import transaction
from django.db.models import Count, F, QuerySet
from django.utils import translation
from django.utils.translation import ngettext

from ryorin.conditions.meaning import ZONE
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.models import OrderLine
from ryorin.customers.segments.queries import member_ids, people_of
from ryorin.customers.timeline.rules import KINDS, Wheel
from ryorin.customers.voice.models import Need
from ryorin.insight.lake.queries import Doers
from ryorin.lib import clock
from ryorin.marketing.personas.models import Persona, PersonaFact, Section
from ryorin.marketing.personas.queries.behind import people_behind, their_touchpoints, usual_moments
from ryorin.marketing.personas.rules import DAYS, LEVELS, SIZES, has_moved
from ryorin.workspace.notifications.actions import notify

MOST = 4  # sentences of one kind
FEWER = 2  # of kinds that others of the section say already
LEAST_SHARE = 0.03
CONTACTS = [kind.name for kind in KINDS.values() if kind.wheel is not Wheel.AXLE]
NOTABLE = ("mail_clicked", "downloaded", "form_submitted", "event_attended", "called", "visited", "met", "purchased")
PLAIN = {"title": "job_title", "department": "department", "prefecture": "prefecture", "channel": "source_channel"}
Counted = tuple[str, str, int]  # section, key, people


def refresh_personas() -> int:
    """This function will compute the portraits that were not computed today, and return how many it computed."""
    today, done = clock.today(), 0
    for persona in Persona.objects.select_related("segment"):
        if persona.computed_at is None or persona.computed_at.astimezone(ZONE).date() < today:
            compute(persona)
            done += 1
    return done


def compute(persona: Persona) -> None:
    """This function will compute every sentence anew; what people wrote themselves stays as it is."""
    ids = member_ids(persona.segment)
    found = {(section, key): people for section, key, people in _sentences(persona, ids)}
    agreed = persona.facts.filter(agreed_people__isnull=False).values_list("section", "key")
    gone = [place for place in agreed if place not in found]
    found |= {(section, key): people_behind(persona, key).count() for section, key in gone}
    _write(persona, found, people=len(ids), pace=_pace(ids))


@transaction.atomic
def _write(persona: Persona, found: dict[tuple[str, str], int], *, people: int, pace: float | None) -> None:
    now = clock.now()
    persona = Persona.objects.select_for_update().get(pk=persona.pk)
    before = {(fact.section, fact.key): fact for fact in persona.facts.all()}
    persona.facts.filter(pk__in=[fact.pk for place, fact in before.items() if place not in found]).delete()
    newly_moved = 0
    for place, ((section, key), count) in enumerate(found.items()):
        fact = before.get((section, key)) or PersonaFact(persona=persona, section=section, key=key)
        moved = fact.agreed_people is not None and has_moved(
            before=fact.agreed_people, of_before=persona.agreed_people, now=count, of_now=people, sentences=len(found)
        )
        newly_moved += moved and fact.moved_at is None
        fact.moved_at = (fact.moved_at or now) if moved else None
        fact.people, fact.place = count, place
        fact.save()
    persona.people, persona.pace, persona.computed_at = people, pace, now
    persona.save(update_fields=["people", "pace", "computed_at"])
    if newly_moved and persona.owner is not None:
        with translation.override(persona.owner.language):
            text = ngettext(
                "ペルソナ「%(name)s」の%(count)sか所が、合意したときと変わりました。",
                "ペルソナ「%(name)s」の%(count)sか所が、合意したときと変わりました。",
                newly_moved,
            )
        text = text % {"name": persona.name, "count": newly_moved}
        notify([persona.owner], kind="persona_moved", text=text, url=f"/personas/{persona.pk}/")


def _sentences(persona: Persona, ids: list[int]) -> Iterator[Counted]:
    """Yield what can be said of the people, with how many it holds for; the largest of each kind first."""
    if not ids:
        return
    people, least, doers = people_of(persona.segment), max(len(ids) * LEAST_SHARE, 1), Doers()
    yield from _asked(persona, Section.WHO, [f"level:{level}" for level in LEVELS], least, doers)
    yield from _top(people, Section.WHO, "title", PLAIN["title"], least, most=FEWER)
    yield from _top(people, Section.WHO, "department", PLAIN["department"], least, most=FEWER)
    yield from _top(people, Section.WHO, "industry", "company__industry", least)
    yield from _asked(persona, Section.WHO, [f"size:{size}" for size in SIZES], least, doers)
    yield from _top(people, Section.WHO, "prefecture", PLAIN["prefecture"], least)
    yield from _bought(persona, least)
    yield from _read(ids, least)
    yield from _wanted(persona, least)
    yield from _top(people, Section.CONTACTS, "channel", PLAIN["channel"], least)
    yield from _asked(persona, Section.CONTACTS, [f"did:{kind}" for kind in NOTABLE], least, doers)
    yield from _hours(ids, least)


def _top(
    people: QuerySet[Person], section: str, kind: str, path: str, least: float, *, most: int = MOST
) -> Iterator[Counted]:
    rows = people.order_by().exclude(**{path: ""}).exclude(**{f"{path}__isnull": True})
    counted = rows.values(said=F(path)).annotate(people=Count("pk")).order_by("-people", "said")[:most]
    yield from ((section, f"{kind}:{row['said']}"[:300], row["people"]) for row in counted if row["people"] >= least)


def _asked(persona: Persona, section: str, keys: list[str], least: float, doers: Doers) -> Iterator[Counted]:
    counts = [(key, people_behind(persona, key, doers=doers).count()) for key in keys]
    counts.sort(key=lambda one: -one[1])
    yield from ((section, key, people) for key, people in counts[:MOST] if people >= least)


def _bought(persona: Persona, least: float) -> Iterator[Counted]:
    theirs = people_of(persona.segment).values("pk")
    lines = OrderLine.objects.filter(order__person_id__in=theirs, order__is_return=False).order_by()
    for kind, path in (("category", "category"), ("product", "product_id")):
        named = lines.exclude(category="") if kind == "category" else lines.filter(product__isnull=False)
        counted = named.values(said=F(path)).annotate(people=Count("order__person", distinct=True))
        for row in counted.order_by("-people", "said")[:MOST]:
            if row["people"] >= least:
                yield Section.BUYS, f"{kind}:{row['said']}", row["people"]


def _read(ids: list[int], least: float) -> Iterator[Counted]:
    import ibis

    rows = their_touchpoints(ids)
    rows = rows.filter(rows["kind"] == "page_view", rows["url"].notnull(), rows["url"] != "")
    counted = rows.group_by("url").aggregate(people=rows["person_id"].nunique())
    for row in counted.order_by(ibis.desc("people"), "url").limit(MOST + 1).to_pyarrow().to_pylist():
        if row["people"] >= least:
            yield Section.READS, f"page:{row['url']}"[:300], row["people"]


def _wanted(persona: Persona, least: float) -> Iterator[Counted]:
    said = Need.objects.filter(person_id__in=people_of(persona.segment).values("pk")).order_by()
    counted = said.values("kind", "area").annotate(people=Count("person", distinct=True))
    for row in counted.order_by("-people", "kind", "area")[:MOST]:
        if row["people"] >= least:
            yield Section.ASKS, f"need:{row['kind']}:{row['area']}", row["people"]


def _hours(ids: list[int], least: float) -> Iterator[Counted]:
    counts: dict[str, int] = {}
    for moment in usual_moments(ids).values():
        counts[moment] = counts.get(moment, 0) + 1
    for moment, people in sorted(counts.items(), key=lambda one: -one[1])[:2]:
        if people >= least:
            yield Section.CONTACTS, f"hour:{moment}", people


def _pace(ids: Iterable[int]) -> float | None:
    """Return how many touchpoints a month the middle person had, of those who had any in the last half year."""
    rows = their_touchpoints(ids)
    rows = rows.filter(rows["kind"].isin(CONTACTS))
    counted: list[dict[str, Any]] = rows.group_by("person_id").aggregate(times=rows.count()).to_pyarrow().to_pylist()
    return median(row["times"] for row in counted) / (DAYS / 30) if counted else None
