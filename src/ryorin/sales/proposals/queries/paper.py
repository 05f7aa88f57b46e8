"""The proposal as it is printed."""

from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.lib.japanese import spell_out_legal_form
from ryorin.lib.money import format_money
from ryorin.lib.pdf import render
from ryorin.sales.proposals.models import Proposal, ProposalVersion, SectionKind
from ryorin.sales.proposals.rules import blocks_of
from ryorin.workspace.organisation.queries import current, issuer

TEMPLATE = Path(__file__).parents[1] / "documents" / "proposal.typ"


def pdf_of(version: ProposalVersion, *, number: str = "") -> bytes:
    """Return the version as a PDF in its language; without a number it says that it is a draft."""
    proposal = version.proposal
    with translation.override(proposal.language):
        sender = issuer(person=proposal.owner.name if proposal.owner else "")
        data = sheet_of(proposal, version, number=number) | {"issuer": sender.data}
    return render(TEMPLATE, data, files=sender.files)


def sheet_of(proposal: Proposal, version: ProposalVersion, *, number: str) -> dict[str, Any]:
    """Return the texts of the paper, in the language that is active."""
    day = clock.today(current().time_zone)
    revised = f"-{version.revision}" if version.revision > 1 else ""
    return {
        "language": proposal.language,
        "kind": _("ご提案書"),
        "title": version.title,
        "number": f"{number}{revised}" if number else "",
        "draft": "" if number else _("下書き"),
        "day": f"{day.year}年{day.month}月{day.day}日" if proposal.language == "ja" else f"{day.day} {day:%B %Y}",
        "to": addressed(proposal),
        "sections": [section_of(section, version, proposal) for section in version.shown],
    }


def addressed(proposal: Proposal) -> dict[str, Any]:
    """Return who the proposal is for: a person gets 様 and stands below the company, else the company 御中."""
    japanese = proposal.language == "ja"
    company, person = proposal.company, proposal.person
    name = ""
    if company is not None:
        name = spell_out_legal_form(company.name) if japanese else company.name_en or company.name
    if person is None:
        return {"name": name, "honorific": "御中" if japanese else "", "below": []}
    place = " ".join(filter(None, (person.department, person.job_title)))
    below = [line for line in (place, person.addressed if japanese else person.name) if line]
    return {"name": name or (below.pop() if below else ""), "honorific": "", "below": below}


def section_of(section: dict[str, Any], version: ProposalVersion, proposal: Proposal) -> dict[str, Any]:
    """Return one section as the template prints it."""
    shown = {"kind": section["kind"], "title": section["title"], "blocks": blocks_of(section["text"])}
    if section["kind"] == SectionKind.PRICES and version.prices.get("lines"):
        shown["table"] = table_of(version.prices, proposal)
    return shown


def table_of(prices: dict[str, Any], proposal: Proposal) -> dict[str, Any]:
    """Return the table of prices as texts."""

    def money(amount: int | None) -> str:
        return "" if amount is None else format_money(amount, proposal.currency, language=proposal.language)

    reduced = any(line.get("is_reduced") for line in prices["lines"])
    rows = [
        {
            "kind": line.get("kind", "item"),
            "cells": [
                line["name"] + (" ※" if line.get("is_reduced") else ""),
                line["quantity"],
                money(line["unit_price"]),
                money(line["amount"]),
            ],
        }
        for line in prices["lines"]
    ]
    totals = [[_("小計（税抜）"), money(prices["net"])]]
    for one in prices["totals"]:
        shown = {"rate": one["rate"], "net": money(one["net"])}
        totals.append([_("消費税 %(rate)s%%（対象 %(net)s）") % shown, money(one["tax"])])
    return {
        "head": [_("品名"), _("数量"), _("単価"), _("金額")],
        "rows": rows,
        "totals": totals,
        "gross": [_("合計（税込）"), money(prices["gross"])],
        "note": _("※は軽減税率の対象です。") if reduced else "",
    }
