from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ryorin.alignment.spending.models import Spending
from ryorin.connectors.csv.models import ImportRun
from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.purchases.models import Order
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.insight.lake.queries import history_of_person
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.marketing.campaigns.models import CampaignCost
from ryorin.sales.deals.models import Deal
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.members.models import Team

Imported = Callable[..., dict[str, Any]]
ORDERS = """注文番号,注文日,メールアドレス,チャネル,品名,数量,単価,税率
A-1,2026/11/1 10:00,ada@acme.example,店舗,検査機,2,100000,10
A-1,2026/11/1 10:00,ada@acme.example,店舗,お茶,3,155,8
A-2,2026/11/2 9:30,ada@acme.example,オンライン,検査機,-1,100000,10
"""


def counts(result: dict[str, Any]) -> tuple[int, int, int, int]:
    return result["created"], result["updated"], result["unchanged"], len(result["rejected"])


@pytest.fixture
def ada(db: None) -> Person:
    return create_person(by=None, family_name="安達", given_name="栄太", email="ada@acme.example")


def test_lines_with_one_number_are_one_order_taxed_once_per_rate_and_returns_are_negative(
    imported: Imported, ada: Person
) -> None:
    assert counts(imported("orders", ORDERS)) == (2, 0, 0, 0)
    first, back = Order.objects.order_by("number")
    assert (first.net, first.tax, first.total, first.channel) == (200_465, 20_037, 220_502, "shop")
    assert [line.description for line in first.lines.all()] == ["検査機", "お茶"]
    assert (back.total, back.is_return, back.channel) == (-110_000, True, "online")
    ada.refresh_from_db()
    assert ada.stage == "customer"
    kinds = set(InboxTouchpoint.objects.filter(person_id=ada.pk).values_list("kind", flat=True))
    assert {"purchased", "returned"} <= kinds
    assert verify().ok


def test_the_same_orders_again_change_nothing_and_a_corrected_one_is_set_right(imported: Imported, ada: Person) -> None:
    imported("orders", ORDERS)
    assert counts(imported("orders", ORDERS)) == (0, 0, 2, 0)
    assert counts(imported("orders", ORDERS.replace("お茶,3", "お茶,4"))) == (0, 1, 1, 0)
    assert Order.objects.get(number="A-1").net == 200_620


def test_amounts_with_tax_are_taken_as_they_are(imported: Imported, ada: Person) -> None:
    text = "注文番号,注文日,品名,税込金額\nB-1,2026-11-01,検査,13582\nB-1,2026-11-01,検査,13582\n"
    assert counts(imported("orders", text)) == (1, 0, 0, 0)
    order = Order.objects.get()
    assert (order.net, order.tax, order.total) == (24_695, 2_469, 27_164)
    assert sum(line.amount for line in order.lines.all()) == 24_695


def test_one_bad_line_rejects_its_whole_order_and_no_other(imported: Imported, ada: Person) -> None:
    result = imported("orders", ORDERS.replace("お茶,3,155", "お茶,3,たくさん"))
    assert (result["rows"], *counts(result)) == (3, 1, 0, 0, 2)
    assert "この注文全体" in result["rejected"][0]["reason"]
    assert list(Order.objects.values_list("number", flat=True)) == ["A-2"]


def test_deals_are_joined_to_company_person_and_owner_and_move_on_when_imported_again(
    imported: Imported, ada: Person
) -> None:
    create_company(by=None, name="株式会社アクメ")
    text = (
        "商談ID,商談名,会社名,メールアドレス,ステージ,状態,金額,開始日,終了日\n"
        "D1,検査ライン,アクメ,ada@acme.example,提案,進行中,300万,2026-10-01,\n"
    )
    assert len(imported("deals", text)["rejected"]) == 1
    text = text.replace("300万", "¥3000000")
    assert counts(imported("deals", text)) == (1, 0, 0, 0)
    deal = Deal.objects.get()
    assert (deal.stage.name, deal.amount, deal.company and deal.company.name) == ("提案", 3_000_000, "株式会社アクメ")
    assert counts(imported("deals", text)) == (0, 0, 1, 0)
    assert counts(imported("deals", text.replace("進行中", "受注").replace("01,\n", "01,2026-11-20\n"))) == (0, 1, 0, 0)
    deal.refresh_from_db()
    ada.refresh_from_db()
    assert (deal.state, deal.closed_at.isoformat()[:10], ada.stage) == ("won", "2026-11-19", "customer")  # type: ignore[union-attr]


def test_a_deal_that_ends_before_it_begins_is_refused(imported: Imported) -> None:
    result = imported("deals", "商談名,状態,開始日,終了日\n検査,受注,2026-11-02,2026-11-01\n")
    assert "終了日時が開始日時より前" in result["rejected"][0]["reason"]


def test_touchpoints_go_into_history_each_once(imported: Imported, ada: Person) -> None:
    text = (
        "日時,種類,メールアドレス,URL\n"
        "2026-11-01 10:00,ページ閲覧,ada@acme.example,https://r.example/price\n"
        "2026-11-02 10:00,called,ada@acme.example,\n"
        "2026-11-02 10:00,飛行,ada@acme.example,\n"
    )
    assert counts(imported("touchpoints", text)) == (2, 0, 0, 1)
    assert counts(imported("touchpoints", text, dry_run=True)) == (0, 0, 2, 1)
    assert counts(imported("touchpoints", text)) == (0, 0, 2, 1)
    kinds = [entry.kind for entry in history_of_person(ada.pk)]
    assert kinds.count("page_view") == kinds.count("called") == 1


def test_costs_are_told_apart_by_campaign_day_and_kind(imported: Imported) -> None:
    create_campaign(by=None, name="秋の展示会", code="autumn", channel="event")
    text = (
        "施策,日付,費目,金額\n"
        "autumn,2026-11-01,media,10000\n"
        "秋の展示会,2026-11-01,booth,50000\n"
        "autumn,2026-11-02,media,-1\n"
        "知らない,2026-11-02,media,1\n"
    )
    assert counts(imported("costs", text)) == (2, 0, 0, 2)
    assert counts(imported("costs", text.replace("10000", "12000"))) == (0, 1, 1, 2)
    assert dict(CampaignCost.objects.values_list("kind", "amount")) == {"media": 12_000, "booth": 50_000}
    assert set(CampaignCost.objects.values_list("day", flat=True)) == {date(2026, 11, 1)}


def test_costs_of_months_are_told_apart_by_month_team_and_kind(imported: Imported) -> None:
    Team.objects.create(name="営業一課")
    text = (
        "対象月,部署,勘定科目,金額,獲得費用,摘要\n"
        "2026年11月,営業一課,人件費,900000,,給与\n"
        "2026-11-30,,システム費,50000,なし,\n"
        "2026-11-01,総務課,人件費,1,,\n"
        "2026-11-01,営業一課,贈答費,1,,\n"
        "2026/11,営業一課,旅費交通費,-1,,\n"
        "2026/13,営業一課,旅費交通費,1,,\n"
    )
    assert counts(imported("spending", text)) == (2, 0, 0, 4)
    assert counts(imported("spending", text.replace("900000", "950000"))) == (0, 1, 1, 4)
    rows = Spending.objects.order_by("pk").values_list("kind", "team__name", "month", "amount", "acquires")
    assert list(rows) == [
        ("people", "営業一課", date(2026, 11, 1), 950_000, True),
        ("systems", None, date(2026, 11, 1), 50_000, False),
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["people", "companies", "deals", "orders", "products", "costs", "touchpoints", "spending"]),
    cells=st.lists(st.lists(st.text(max_size=30), min_size=6, max_size=6), max_size=6),
)
def test_whatever_stands_in_the_cells_every_line_is_taken_or_refused(
    run_file: Callable[..., ImportRun], kind: str, cells: list[list[str]]
) -> None:
    headers = HEADERS[kind]
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row[: len(headers)]) for row in cells]
    run = run_file(kind, "\n".join([",".join(headers), *quoted]).encode("utf-8", errors="replace"))
    assert run.state == "done", run.problem
    assert run.rows <= len(cells) * 31 and run.rejected <= run.rows
    assert run.created + run.updated + run.unchanged + run.rejected <= max(run.rows, 0)


HEADERS = {
    "people": ["姓", "名", "メール", "電話番号", "郵便番号", "獲得日"],
    "companies": ["会社名", "会社名カナ", "法人番号", "従業員数", "年間売上高", "住所"],
    "deals": ["商談名", "会社名", "ステージ", "状態", "金額", "開始日"],
    "orders": ["注文番号", "注文日", "チャネル", "品名", "数量", "単価"],
    "products": ["商品コード", "商品名", "分類", "価格", "税率", "販売中"],
    "costs": ["施策", "日付", "費目", "金額", "メモ"],
    "spending": ["月", "チーム", "費目", "金額", "獲得費用に含める", "メモ"],
    "touchpoints": ["日時", "種類", "URL", "金額", "詳細（JSON）", "接点ID"],
}
