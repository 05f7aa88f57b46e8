"""A persona as its page and its paper show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from ryorin.customers.segments.queries import people_of
from ryorin.customers.voice.models import Need
from ryorin.marketing.campaigns.models import Channel
from ryorin.marketing.personas.models import Persona, PersonaFact, Section
from ryorin.marketing.personas.rules import fact_said, parted
from ryorin.products.catalogue.models import Product
from ryorin.workspace.members.models import Member

MOST_QUOTES = 50


@dataclass(frozen=True)
class Line:
    """One computed sentence with the numbers behind it, now and as agreed."""

    fact: PersonaFact
    text: str
    percent: int
    agreed_percent: int | None

    @property
    def points(self) -> int:
        """How many points its share moved since it was agreed."""
        return self.percent - self.agreed_percent if self.agreed_percent is not None else 0


@dataclass(frozen=True)
class Part:
    """One section of the portrait: its computed sentences, and people's own words."""

    section: Section
    lines: tuple[Line, ...]
    words: str


def portrait(persona: Persona) -> list[Part]:
    """Return the sections in their order, without the sentences that were taken off."""
    hidden = set(persona.hidden.values_list("key", flat=True))
    facts = [fact for fact in persona.facts.all() if fact.key not in hidden]
    names = names_of(fact.key for fact in facts)
    return [
        Part(
            section,
            tuple(_line(fact, persona, names) for fact in facts if fact.section == section and _counts(fact, persona)),
            persona.words.get(section, ""),
        )
        for section in Section
    ]


def personas_of(member: Member) -> list[tuple[Persona, list[Line], int]]:
    """Return the personas with the strongest sentences of each, and how many of them have moved."""
    rows = Persona.objects.visible_to(member).select_related("segment", "owner", "picture")
    rows = rows.prefetch_related("facts", "hidden")
    found = []
    for persona in rows:
        hidden = {one.key for one in persona.hidden.all()}
        facts = [fact for fact in persona.facts.all() if fact.key not in hidden and _counts(fact, persona)]
        best = sorted(facts, key=lambda fact: -fact.people)[:3]
        names = names_of(fact.key for fact in best)
        moved = sum(fact.is_moved for fact in facts)
        found.append((persona, [_line(fact, persona, names) for fact in best], moved))
    return found


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """Return what the codes and numbers in keys are called."""
    products = {parted(key)[1]: key for key in keys if key.startswith("product:")}
    named = Product.objects.filter(pk__in=products).values_list("pk", "name")
    names = {products[str(pk)]: name for pk, name in named}
    return names | {f"channel:{value}": str(label) for value, label in Channel.choices}


def quotes_for(persona: Persona, member: Member) -> QuerySet[Need]:
    """Return what people of the segment said in their own words, as far as the member may read it; newest first."""
    rows: QuerySet[Need] = Need.objects.visible_to(member).exclude(words="")
    return rows.filter(person_id__in=people_of(persona.segment).values("pk")).order_by("-said_at")[:MOST_QUOTES]


def _counts(fact: PersonaFact, persona: Persona) -> bool:
    """Return whether the sentence is still said: of somebody, or of so few now that this is the news."""
    return bool(fact.people) or fact.is_moved


def _line(fact: PersonaFact, persona: Persona, names: dict[str, str]) -> Line:
    percent = round(100 * fact.people / persona.people) if persona.people else 0
    agreed = None
    if fact.agreed_people is not None and persona.agreed_people:
        agreed = round(100 * fact.agreed_people / persona.agreed_people)
    return Line(fact, fact_said(fact.key, names), percent, agreed)
