"""Finding companies by what they are called."""

from dataclasses import dataclass
from typing import cast

from django.db.models import Q
from django.utils.translation import gettext as _
from rapidfuzz.distance import JaroWinkler

from ryorin.customers.companies.models import Company
from ryorin.lib.japanese import company_key, fold, normalise_corporate_number
from ryorin.lib.money import Rounding
from ryorin.workspace.organisation.queries import current

CANDIDATES = 50
ALIKE = 0.9


@dataclass(frozen=True)
class Likeness:
    """A company that may be the one somebody is about to add; likeness 0..1."""

    company: Company
    why: str
    likeness: float


def find_by_name(name: str) -> Company | None:
    """Return the company of the same name but for legal form, spaces, width and variants; the oldest of several."""
    key = company_key(name)[:160]
    return Company.objects.filter(match_key=key).order_by("pk").first() if key else None


def possible_duplicates(
    *, name: str = "", corporate_number: str = "", exclude: int | None = None, limit: int = 5
) -> list[Likeness]:
    """Return the companies that may be the same as the one described, the likeliest first."""
    number = _number(corporate_number)
    key = company_key(name)[:160] if name else ""
    wanted = Q(corporate_number=number) if number else Q()
    if len(key) >= 2:
        wanted |= Q(match_key=key) | Q(match_key__gte=key[:2], match_key__lt=key[:2] + "\U0010ffff")
    if not wanted:
        return []
    candidates = Company.objects.filter(wanted).exclude(pk=exclude).order_by("match_key", "pk")[: CANDIDATES * 10]
    found = (_likeness(company, key=key, number=number) for company in candidates)
    return sorted((one for one in found if one), key=lambda one: (-one.likeness, one.company.pk))[:limit]


def tax_rounding_of(company: Company | None) -> Rounding:
    """Return how tax is rounded on this company's documents: as it asked for, else as we do."""
    return cast(Rounding, (company.tax_rounding if company else "") or current().tax_rounding)


def payment_terms_of(company: Company | None) -> str:
    """Return the terms of payment as documents say them: as typed, else "月末締め 翌月末払い" from the choices."""
    if company is None:
        return ""
    chosen = [company.get_closing_day_display(), company.get_payment_site_display()]
    return company.payment_terms or " ".join(str(word) for word in chosen if word)


def customer_groups() -> list[str]:
    """Return the customer groups in use, in alphabetical order."""
    groups = Company.objects.exclude(customer_group="").order_by("customer_group")
    return list(groups.values_list("customer_group", flat=True).distinct()[:200])


def _likeness(company: Company, *, key: str, number: str) -> Likeness | None:
    if number and company.corporate_number == number:
        return Likeness(company, _("法人番号が同じ"), 1.0)
    if key and company.match_key == key:
        return Likeness(company, _("会社名が同じ"), 0.98)
    likeness = JaroWinkler.similarity(fold(key), company.match_key) if key else 0.0
    return Likeness(company, _("会社名が似ている"), round(likeness, 2)) if likeness >= ALIKE else None


def _number(text: str) -> str:
    try:
        return normalise_corporate_number(text) if text else ""
    except ValueError:
        return ""
