"""Finding the person somebody is about to add a second time."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from rapidfuzz.distance import JaroWinkler

from ryorin.customers.people.models import Person
from ryorin.customers.people.rules import phone_key
from ryorin.lib.japanese import company_key, fold, to_katakana
from ryorin.workspace.search.queries import find_ids

CANDIDATES = 100
ALIKE = 0.9


@dataclass(frozen=True)
class Likeness:
    """A person who may be the one described; likeness 0..1."""

    person: Person
    why: str
    likeness: float


@dataclass(frozen=True)
class _Described:
    name: str
    kana: str
    email: str
    phone: str
    company: str


def possible_duplicates(
    *,
    family_name: str = "",
    given_name: str = "",
    family_kana: str = "",
    given_kana: str = "",
    email: str = "",
    phone: str = "",
    company_name: str = "",
    exclude: int | None = None,
    limit: int = 5,
) -> list[Likeness]:
    """Return the people who may be the one described, the likeliest first; candidates come from indexes only."""
    described = _Described(
        name=fold(family_name + given_name),
        kana=fold(to_katakana(family_kana + given_kana)),
        email=email.strip().lower(),
        phone=phone_key(mobile=phone, phone=""),
        company=company_key(company_name) if company_name else "",
    )
    wanted = Q()
    if described.email:
        wanted |= Q(email=described.email)
    if described.phone:
        wanted |= Q(phone_key=described.phone)
    if family_kana and given_kana:
        wanted |= Q(family_kana=to_katakana(family_kana), given_kana=to_katakana(given_kana))
    if family_name and given_name:
        wanted |= Q(pk__in=find_ids(f"{family_name} {given_name}", "person", limit=CANDIDATES))
    if not wanted:
        return []
    candidates = Person.objects.filter(wanted).exclude(pk=exclude).select_related("company")[:CANDIDATES]
    found = (_likeness(person, described) for person in candidates)
    return sorted((one for one in found if one), key=lambda one: (-one.likeness, one.person.pk))[:limit]


def _likeness(person: Person, described: _Described) -> Likeness | None:
    """Return how much the person resembles the description; None below what is worth a warning."""
    alike = max(
        JaroWinkler.similarity(described.name, fold(person.family_name + person.given_name)) if described.name else 0.0,
        JaroWinkler.similarity(described.kana, fold(person.family_kana + person.given_kana)) if described.kana else 0.0,
    )
    same_company = bool(described.company and person.company and person.company.match_key == described.company)
    if described.email and person.email == described.email:
        return Likeness(person, _("メールアドレスが同じ"), 1.0)
    if described.phone and person.phone_key == described.phone:
        return Likeness(person, _("電話番号が同じ"), round(0.6 + 0.38 * alike, 2))
    if alike >= ALIKE and same_company:
        return Likeness(person, _("会社と氏名が同じ"), 0.95)
    if alike >= ALIKE:
        return Likeness(person, _("氏名が同じ"), round(0.8 * alike if not described.company else 0.7 * alike, 2))
    return None
