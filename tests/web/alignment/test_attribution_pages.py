"""The page of channels, one path, and the funnel's waiting people, as members use them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.marketing.campaigns.actions import create_campaign, record_cost
from ryorin.sales.deals.actions import open_deal, win_deal
from ryorin.sales.deals.models import Deal
from ryorin.sales.deals.queries import default_pipeline
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

WON = datetime(2026, 11, 15, 3, tzinfo=UTC)
NOVEMBER = {"at": "2026-11-01", "grain": "month", "kind": "deal"}


@pytest.fixture(autouse=True)
def our_company(db: None) -> Organisation:
    return Organisation.objects.create(name="両輪商事株式会社")


@pytest.fixture
def client(mei: Member) -> Client:
    client = Client()
    client.force_login(mei)
    return client


@pytest.fixture
def ada(mei: Member) -> Person:
    default_pipeline()
    return create_person(
        by=mei, family_name="安達", given_name="栄太", at=WON - timedelta(days=50), source_channel="event"
    )


@pytest.fixture
def bought(ada: Person, mei: Member, sato: Member) -> Deal:
    record("page_view", source="test", at=WON - timedelta(days=30), person_id=ada.pk, channel="search")
    record("visited", source="test", at=WON - timedelta(days=10), person_id=ada.pk, channel="rep")
    deal = open_deal(by=sato, name="検査装置", person=ada, amount=600_000, owner=sato, at=WON - timedelta(days=8))
    win_deal(deal, by=sato, at=WON)
    record_cost(
        create_campaign(by=mei, name="検索広告", channel="search"), by=mei, day=date(2026, 11, 3), amount=50_000
    )
    catch_up()
    return deal


def text_of(client: Client, name: str, args: list[object] | None = None, **asked: object) -> str:
    page = client.get(reverse(name, args=args or []), asked)
    assert page.status_code == 200
    return page.content.decode()


def test_all_models_stand_side_by_side_with_cost_and_return(client: Client, bought: Deal) -> None:
    text = text_of(client, "attribution", **NOVEMBER)
    for words in (
        "最初の接点",
        "マルコフ連鎖",
        "シャープレイ値",
        "展示会・セミナー",
        "検索広告",
        "営業の訪問",
        "¥50,000",
        "ROI 300%",
    ):
        assert words in text, words
    assert "計算方法による差がもっとも大きいのは" in text and "記録なし" in text
    assert "¥200,000" in text_of(client, "attribution", **NOVEMBER, show="value")


def test_the_window_and_the_touches_of_sales_can_be_chosen(client: Client, bought: Deal) -> None:
    assert "検索広告" not in text_of(client, "attribution", **NOVEMBER, window="7").split("計算方法と数え方")[0]
    assert "1件は、さかのぼる期間に接点の記録がありません" in text_of(client, "attribution", **NOVEMBER, window="7")
    assert "営業の訪問" not in text_of(client, "attribution", **NOVEMBER, sales="0").split("計算方法と数え方")[0]


def test_one_channel_and_no_conversion_are_told_plainly(client: Client, ada: Person, sato: Member) -> None:
    catch_up()
    assert "この期間の成約はまだありません" in text_of(client, "attribution", **NOVEMBER)
    win_deal(open_deal(by=sato, name="検査装置", person=ada, amount=1, owner=sato), by=sato, at=WON)
    catch_up()
    assert "接点のあったチャネルは1つだけです" in text_of(client, "attribution", **NOVEMBER)


def test_a_figure_opens_its_deals_and_a_deal_its_path(client: Client, bought: Deal) -> None:
    asked = NOVEMBER | {"channel": "search", "model": "linear"}
    text = text_of(client, "attribution_rows", **asked)
    path = reverse("attribution_path", args=["deal", bought.pk])
    assert "検査装置" in text and path in text
    assert "該当する成約はありません" in text_of(client, "attribution_rows", **asked | {"model": "first_touch"})
    assert "33%" in text_of(client, "attribution_path", ["deal", bought.pk])
    assert path in text_of(client, "deal", [bought.pk])
    assert reverse("attribution_path", args=["lead", bought.person_id]) in text_of(
        client, "person_axle", [bought.person_id]
    )


def test_an_unknown_model_kind_or_conversion_is_refused_and_nonsense_is_overlooked(
    client: Client, bought: Deal
) -> None:
    assert client.get(reverse("attribution_rows"), NOVEMBER | {"channel": "x", "model": "guess"}).status_code == 404
    assert client.get(reverse("attribution_path", args=["wish", bought.pk])).status_code == 404
    assert client.get(reverse("attribution_path", args=["order", bought.pk])).status_code == 404
    text_of(client, "attribution", kind="wish", window="-5", grain="century", at="never", sales="?", show="?")


def test_every_kind_of_conversion_has_its_page(client: Client, bought: Deal) -> None:
    for kind, words in (("lead", "単価"), ("first_order", "まだありません"), ("order", "まだありません")):
        assert words in text_of(client, "attribution", at="2026-10-01", grain="year", kind=kind)


def test_the_funnel_tells_who_waits_too_long_and_opens_them(client: Client, mei: Member) -> None:
    from ryorin.customers.people.actions import reach_stage

    for place in range(1, 7):
        person = create_person(by=mei, family_name=f"進{place}", at=clock.now() - timedelta(days=30))
        reach_stage(person, "qualified", at=clock.now() - timedelta(days=30 - place), why="test")
    create_person(by=mei, family_name="長待", at=clock.now() - timedelta(days=20))
    catch_up()
    text = text_of(client, "funnel", grain="year")
    assert "待ち時間と止まっている人" in text and "longer=p90" in text
    assert "まだ試算できません" in text and "30人以上必要" in text
    asked = {"stage": "lead", "waiting": "1", "longer": "p90", "from": "2026-01-01", "to": "2027-12-31"}
    stuck = text_of(client, "funnel_people", **asked)
    assert "長待" in stuck and "90％が進み終えた日数を過ぎても" in stuck
    assert "進1" not in stuck
