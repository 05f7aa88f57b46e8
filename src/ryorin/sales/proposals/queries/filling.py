"""What is known of a deal, put into words for a section of its proposal, in the language that is active."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from ryorin.customers.companies.queries import payment_terms_of, tax_rounding_of
from ryorin.customers.voice.models import Need, NeedKind
from ryorin.lib import clock
from ryorin.lib.money import format_money, tax_of
from ryorin.lib.postal import PREFECTURES
from ryorin.products.catalogue.models import Product, TaxClass
from ryorin.products.prices.queries import tax_rate_of
from ryorin.sales.deals.models import Deal, DealState
from ryorin.sales.proposals.models import SectionKind
from ryorin.sales.proposals.rules import months_to_pay_back, moved_apart
from ryorin.sales.quotations.models import LineKind, Quotation
from ryorin.sales.quotations.queries import newest_version
from ryorin.workspace.organisation.queries import current

ASKED_FOR = (NeedKind.PROBLEM, NeedKind.WISH, NeedKind.COMPLAINT)
MOST_NEEDS, MOST_REFERENCES, LOOKED_AT = 8, 3, 200
VALID_DAYS = 30


@dataclass
class Filled:
    """One look at a deal: its needs, its products and its prices, read once for all sections."""

    deal: Deal
    needs: list[Need] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    prices: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def of(deal: Deal) -> "Filled":
        """Return what is known of the deal now."""
        needs = list(Need.objects.filter(deal_id=deal.pk, kind__in=ASKED_FOR).order_by("-strength", "pk")[:MOST_NEEDS])
        prices, products = prices_of(deal)
        return Filled(deal, needs, products, prices)

    def money(self, amount: int) -> str:
        return format_money(amount, self.deal.currency, language=get_language() or "ja")


def fill(kind: str, known: Filled) -> str:
    """Return what is known, as the text of a section of this kind; empty where nothing is."""
    writer = WRITERS.get(kind)
    return writer(known) if writer else ""


def prices_of(deal: Deal) -> tuple[dict[str, Any], list[Product]]:
    """Return the table of prices, from the deal's newest quotation or else its products, and the products in it."""
    quotation = Quotation.objects.filter(deal=deal).order_by("-pk").first()
    if quotation is not None:
        return _prices_of_quotation(quotation)
    day = clock.today(current().time_zone)
    rows, by_rate, products = [], dict[Decimal, int](), []
    for line in deal.products.select_related("product").order_by("pk"):
        rate = tax_rate_of(line.product, on=day)
        by_rate[rate] = by_rate.get(rate, 0) + line.amount
        products.append(line.product)
        rows.append(
            {
                "name": _in_language(line.product, "name"),
                "quantity": f"{line.plain_quantity} {line.product.unit}".strip(),
                "unit_price": line.unit_price,
                "amount": line.amount,
                "is_reduced": line.product.tax_class == TaxClass.REDUCED,
            }
        )
    taxes = tax_of(by_rate, rounding=tax_rounding_of(deal.company))
    totals = [_total(rate, tax.net, tax.tax) for rate, tax in sorted(taxes.items(), reverse=True)]
    return _table(rows, totals, source=""), products


def _prices_of_quotation(quotation: Quotation) -> tuple[dict[str, Any], list[Product]]:
    version = newest_version(quotation)
    lines = list(version.lines.select_related("product"))
    rows = [
        {
            "name": line.description or (_in_language(line.product, "name") if line.product else ""),
            "kind": line.kind,
            "quantity": f"{line.plain_quantity} {line.unit}".strip() if line.kind == LineKind.ITEM else "",
            "unit_price": line.unit_price if line.kind == LineKind.ITEM else None,
            "amount": None if line.kind == LineKind.HEADING else line.amount,
            "is_reduced": line.is_reduced,
        }
        for line in lines
    ]
    totals = [_total(Decimal(str(one["rate"])), int(one["net"]), int(one["tax"])) for one in version.totals]
    source = f"{quotation.number or quotation.title} v{version.revision}"
    return _table(rows, totals, source=source), [line.product for line in lines if line.product is not None]


def _total(rate: Decimal, net: int, tax: int) -> dict[str, Any]:
    return {"rate": f"{rate.normalize():f}", "net": net, "tax": tax}


def _table(rows: list[dict[str, Any]], totals: list[dict[str, Any]], *, source: str) -> dict[str, Any]:
    net, tax = sum(one["net"] for one in totals), sum(one["tax"] for one in totals)
    return {"lines": rows, "totals": totals, "net": net, "tax": tax, "gross": net + tax, "source": source}


def _problem(known: Filled) -> str:
    deal = known.deal
    needs = "\n".join(
        f"・{need.what}"
        + (f"\n　{pgettext('proposal', '「%(words)s」') % {'words': need.words}}" if need.words else "")
        for need in known.needs
    )
    cost = ""
    if deal.problem_cost:
        shown = {"amount": known.money(deal.problem_cost), "basis": deal.cost_basis}
        cost = _("この課題による損失は、年間およそ%(amount)sと見込んでいます。") % shown
        cost += _("（%(basis)s）") % shown if deal.cost_basis else ""
    return moved_apart([deal.problem, needs, cost])


def _solution(known: Filled) -> str:
    described = []
    for product in dict.fromkeys(known.products):
        words = _in_language(product, "description")
        described.append(f"・{_in_language(product, 'name')}" + (f"\n　{words}" if words else ""))
    return moved_apart([known.deal.solution, "\n".join(described)])


def _effect(known: Filled) -> str:
    """Return the figures as lines "label｜figure", then what was promised."""
    deal, price = known.deal, known.prices["net"]
    figures = []
    if deal.problem_cost:
        figures.append(_("課題による損失（年間）") + "｜" + known.money(deal.problem_cost))
    if price:
        figures.append(_("ご提案の金額（税抜）") + "｜" + known.money(price))
    if deal.problem_cost and (months := months_to_pay_back(price, deal.problem_cost)):
        figures.append(_("投資回収の目安") + "｜" + _("約%(months)sか月") % {"months": months})
    return moved_apart(["\n".join(figures), deal.effect])


def _schedule(known: Filled) -> str:
    days = [need.wanted_on for need in known.needs if need.wanted_on]
    return f"{_('ご希望の時期')}｜{_day(min(days))}" if days else ""


def _team(known: Filled) -> str:
    owner = known.deal.owner
    company = current().name
    ours = f"{_('営業担当')}｜{company} {owner.name}" if owner else ""
    theirs = [
        f"{one.part}｜{one.person.addressed}"
        for one in known.deal.people.select_related("person")
        .exclude(part="")
        .exclude(attitude="against")
        .order_by("pk")
        if one.part != "反対"
    ]
    return "\n".join(filter(None, [ours, *theirs]))


def _references(known: Filled) -> str:
    """Return deals won with companies alike, the customers unnamed: "・製造業（神奈川県）：VX-100 2026年9月"."""
    deal, company = known.deal, known.deal.company
    won = Deal.objects.filter(state=DealState.WON, company__isnull=False).exclude(company=company)
    won = won.select_related("company").prefetch_related("products__product").order_by("-closed_at", "-pk")
    sold = {product.pk for product in known.products}
    alike: list[tuple[int, str]] = []
    for other in won[:LOOKED_AT]:
        assert other.company is not None
        products = [line.product for line in other.products.all()]
        score = 2 * bool(sold & {product.pk for product in products})
        score += bool(company and company.industry and company.industry == other.company.industry)
        if score and other.pk != deal.pk and products and other.closed_at:
            place = PREFECTURES.get(other.company.prefecture, "")
            who = (other.company.industry or _("お客様")) + (_("（%(place)s）") % {"place": place} if place else "")
            names = _("、").join(_in_language(product, "name") for product in products[:2])
            alike.append((score, f"・{who}：{names} {_month(other.closed_at)}"))
    alike.sort(key=lambda one: -one[0])
    return "\n".join(line for _score, line in alike[:MOST_REFERENCES])


def _terms(known: Filled) -> str:
    quotation = Quotation.objects.filter(deal=known.deal).order_by("-pk").first()
    version = newest_version(quotation) if quotation else None
    until = (version.valid_until if version else None) or clock.today(current().time_zone) + timedelta(VALID_DAYS)
    terms = [
        (_("支払条件"), (version.payment_terms if version else "") or payment_terms_of(known.deal.company)),
        (_("納期"), version.delivery if version else ""),
        (_("納入場所"), version.delivery_place if version else ""),
        (_("有効期限"), _day(until)),
    ]
    return "\n".join(f"{label}｜{said}" for label, said in terms if said)


def _in_language(product: Product, name: str) -> str:
    """Return the product's name or description in the language that is active, in Japanese where there is no other."""
    english = str(getattr(product, f"{name}_en")) if (get_language() or "ja").startswith("en") else ""
    return english or str(getattr(product, name))


def _day(day: Any) -> str:
    if (get_language() or "ja").startswith("en"):
        return f"{day.day} {day:%B %Y}"
    return f"{day.year}年{day.month}月{day.day}日"


def _month(moment: Any) -> str:
    return f"{moment:%B %Y}" if (get_language() or "ja").startswith("en") else f"{moment.year}年{moment.month}月"


WRITERS: dict[str, Callable[[Filled], str]] = {
    SectionKind.PROBLEM: _problem,
    SectionKind.SOLUTION: _solution,
    SectionKind.EFFECT: _effect,
    SectionKind.SCHEDULE: _schedule,
    SectionKind.TEAM: _team,
    SectionKind.REFERENCES: _references,
    SectionKind.TERMS: _terms,
}
