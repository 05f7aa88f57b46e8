"""The contract as a PDF: what both sides read and sign, and the final one with the signatures."""

from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.lib.money import format_money
from ryorin.lib.pdf import render
from ryorin.sales.contracts.models import Contract, ContractVersion, Side, Signature
from ryorin.sales.contracts.queries import customer_address, facts_of, our_address, totals
from ryorin.sales.contracts.rules.wording import clauses_in, filled
from ryorin.workspace.organisation.queries import current

TEMPLATE = Path(__file__).parents[1] / "documents" / "contract.typ"


def contract_pdf(contract: Contract, version: ContractVersion) -> bytes:
    """Return the contract as it is read and signed."""
    with translation.override(contract.language):
        return render(TEMPLATE, _data(contract, version))


def final_pdf(contract: Contract, version: ContractVersion, signatures: list[Signature]) -> bytes:
    """Return the contract with the page of signatures; the exact PDF that was signed goes along as an attachment."""
    with translation.override(contract.language):
        data = _data(contract, version) | {
            "signatures": [_signature(one) for one in signatures],
            "sha256": version.sha256,
        }
        files = {f"{one.side}.png": bytes(one.drawing) for one in signatures if one.drawing}
        return render(TEMPLATE, data, files=files | {"signed.pdf": bytes(version.pdf or b"")})


def _data(contract: Contract, version: ContractVersion) -> dict[str, Any]:
    facts, organisation = facts_of(contract), current()
    today = clock.today(organisation.time_zone)
    day = timezone.localdate(version.sent_at) if version.sent_at else today
    return {
        "language": contract.language,
        "title": version.title,
        "number": f"{contract.number}-{version.revision}" if version.revision > 1 else contract.number,
        "subject": contract.title,
        "day": _("%(year)s年%(month)s月%(day)s日") % {"year": day.year, "month": day.month, "day": day.day},
        "clauses": [
            {"heading": filled(one.heading, facts), "body": filled(one.body, facts)}
            for one in clauses_in(version.clauses)
        ],
        "lines": [_line(row, contract) for row in contract.lines.all()],
        "totals": [
            {
                "rate": f"{one.plain_rate}%" + (" ※" if one.is_reduced else ""),
                "net": _money(one.net, contract),
                "tax": _money(one.tax, contract),
                "gross": _money(one.gross, contract),
            }
            for one in totals(contract).by_rate
        ],
        "net": _money(contract.net, contract),
        "tax": _money(contract.tax, contract),
        "gross": _money(contract.gross, contract),
        "per": facts["period"],
        "is_inclusive": contract.is_inclusive,
        "parties": [
            {"side": Side.US, "name": organisation.name, "address": our_address(organisation)},
            {"side": Side.CUSTOMER, "name": contract.counterparty, "address": customer_address(contract)},
        ],
        "words": _words(),
        "signatures": [],
    }


def _line(row: Any, contract: Contract) -> dict[str, str]:
    return {
        "description": row.description + (" ※" if row.is_reduced else ""),
        "quantity": f"{row.plain_quantity}{row.unit}",
        "unit_price": _money(row.unit_price, contract),
        "amount": _money(row.amount, contract),
        "rate": f"{row.tax_rate.normalize():f}%",
    }


def _signature(one: Signature) -> dict[str, str]:
    at = timezone.localtime(one.at)
    return {
        "side": one.side,
        "name": one.name,
        "title": one.title,
        "how": str(one.get_how_display()),
        "at": f"{at:%Y/%m/%d %H:%M:%S %Z}",
        "address": one.address or "–",
        "agent": one.user_agent[:120],
        "drawing": f"{one.side}.png" if one.drawing else "",
        "code": _("あり") if one.with_code else _("なし"),
    }


def _money(minor: int, contract: Contract) -> str:
    return format_money(minor, contract.currency, language=contract.language)


def _words() -> dict[str, str]:
    """Return the words of the template in the language of the contract."""
    return {
        "number": _("契約番号"),
        "subject": _("件名"),
        "schedule": _("別紙明細"),
        "item": _("品名"),
        "quantity": _("数量"),
        "unit_price": _("単価"),
        "amount": _("金額"),
        "rate": _("税率"),
        "target": _("対象"),
        "net": _("税抜"),
        "tax": _("消費税"),
        "gross": _("合計（税込）"),
        "inclusive": _("単価と金額は税込です。"),
        "reduced": _("※は軽減税率の対象です。"),
        "proof": _("本契約の成立を証するため、本書の電磁的記録を作成し、両者が電子署名のうえ、各自がこれを保管する。"),
        "us": _("甲"),
        "customer": _("乙"),
        "page": _("署名の記録"),
        "signed_file": _("署名した文書のSHA-256"),
        "attached": _("署名した文書そのものを、このPDFに添付しています。"),
        "signer": _("署名者"),
        "at": _("日時"),
        "how": _("方法"),
        "from": _("IPアドレス"),
        "agent": _("端末"),
        "code": _("確認コード"),
    }
