"""What is looked at before a contract goes out, and what its wording may say."""

from dataclasses import replace
from datetime import date

import pytest

from ryorin.sales.contracts.rules.checks import BAD, OK, WARNING, Subject, checks_of
from ryorin.sales.contracts.rules.money import Line, totals_of
from ryorin.sales.contracts.rules.wording import Clause, compared, filled, missing_in, unknown_in

TOTALS = totals_of([Line(description="x", amount=1_000)], rounding="down", is_inclusive=False)
FINE = Subject(
    us="両輪商事株式会社",
    our_address="東京都千代田区1-1",
    our_number="7000012050002",
    our_registration="T7000012050002",
    customer="株式会社アクメ",
    customer_address="大阪府大阪市北区1-1",
    customer_number="7000012050002",
    is_recurring=True,
    starts_on=date(2026, 12, 1),
    ends_on=date(2027, 11, 30),
    renews=True,
    renewal_months=12,
    notice_days=60,
    sign_by=date(2026, 12, 1),
    today=date(2026, 11, 22),
    totals=TOTALS,
    recomputed=TOTALS,
    quoted=(1_000, 100, 1_100),
    clauses=[Clause("料金", "金{{税込金額}}")],
    facts={"gross": "1,100円"},
)
OTHER = totals_of([Line(description="x", amount=1_001)], rounding="down", is_inclusive=False)


def test_a_contract_in_order_is_all_green() -> None:
    assert {check.state for check in checks_of(FINE)} == {OK}


@pytest.mark.parametrize(
    ("change", "name", "state", "words"),
    [
        ({"customer": ""}, "parties", BAD, "相手先"),
        ({"our_address": ""}, "addresses", BAD, "自社の住所"),
        ({"customer_address": ""}, "addresses", BAD, "相手先の住所"),
        ({"customer_number": "1234567890123"}, "numbers", BAD, "1234567890123"),
        ({"customer_number": ""}, "numbers", WARNING, "未登録"),
        ({"our_registration": "T12"}, "numbers", BAD, "T12"),
        ({"quoted": (1_000, 99, 1_099)}, "amount", BAD, "一致しません"),
        ({"totals": OTHER, "quoted": None}, "tax", BAD, "明細と合いません"),
        ({"ends_on": date(2026, 11, 30)}, "dates", BAD, "開始日より前"),
        ({"sign_by": date(2026, 11, 21)}, "dates", BAD, "署名の期限"),
        ({"starts_on": None}, "dates", BAD, "開始日"),
        ({"ends_on": None}, "renewal", BAD, "満了日"),
        ({"notice_days": 400}, "notice", BAD, "日数"),
        ({"clauses": []}, "clauses", BAD, "条文がありません"),
        ({"clauses": [Clause("", "{{なぞ}}")]}, "clauses", BAD, "{{なぞ}}"),
        ({"facts": {}}, "clauses", BAD, "税込金額"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], name: str, state: str, words: str) -> None:
    found = {check.name: check for check in checks_of(replace(FINE, **change))}[name]  # type: ignore[arg-type]
    assert (found.state, words in found.message) == (state, True), found.message


def test_placeholders_are_filled_in_both_languages() -> None:
    facts = {"gross": "1,100円", "customer": "株式会社アクメ"}
    assert filled("{{お客様名}} は {{ total }} を払う。{{納期}}", facts) == "株式会社アクメ は 1,100円 を払う。{{納期}}"
    assert missing_in("{{納期}} {{税込金額}}", facts) == ["納期"]
    assert unknown_in("{{納期}} {{なぞ}}") == ["なぞ"]


def test_what_differs_between_two_versions_is_marked() -> None:
    before = [Clause("料金", "金100円とする。"), Clause("管轄", "東京")]
    after = [Clause("料金", "金120円とする。"), Clause("秘密", "守る")]
    found = {one.heading: one for one in compared(before, after)}
    assert ("changed", "2") in found["料金"].after
    assert (found["管轄"].how, found["秘密"].how) == ("removed", "added")
