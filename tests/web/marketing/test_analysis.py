"""The pages of customer analysis: empty, thin, full; every number opens its customers; what they cost."""

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.world import World

from ryorin.customers.people.actions import create_person
from ryorin.customers.purchases.actions import add_orders
from ryorin.customers.purchases.rules import line_of
from ryorin.customers.value.models import PersonValue
from ryorin.insight.lake.actions import publish
from ryorin.lib import clock
from ryorin.marketing.value.actions import compute_if_due
from ryorin.marketing.value.models import ValueSettings
from ryorin.products.catalogue.models import Product

TOKYO = ZoneInfo("Asia/Tokyo")
PAGES = (
    "/analysis/", "/analysis/?show=revenue", "/analysis/cohorts/", "/analysis/cohorts/?basis=contact&show=value",
    "/analysis/cohorts/?show=customers", "/analysis/lifetime/", "/analysis/groups/", "/analysis/baskets/",
    "/analysis/baskets/?way=in_order", "/analysis/settings/", "/analysis/customers/",
)  # fmt: skip


@pytest.fixture
def mei_looks(world: World) -> Client:
    client = Client()
    client.force_login(world.mei)
    return client


@pytest.fixture
def shop(world: World) -> Callable[[], None]:
    """Call to let sixty people buy for a year, pairs of products among it, and to compute what they are worth."""

    def run() -> None:
        products = [Product.objects.create(code=code, name=code) for code in ("カメラ", "レンズ", "紙")]
        rows = []
        for place in range(60):
            person = create_person(by=None, family_name=f"客{place}", owner=world.kato if place < 5 else world.sato)
            for turn, ago in enumerate(range(400 - place % 7, 200 if place % 2 else 5, -(20 + place % 17))):
                chosen = products[:2] if turn == 0 and place < 30 else products[2:]
                lines = [
                    line_of({"product": one, "amount": 1000 * (1 + place % 5) + 10 * turn}, position=at)
                    for at, one in enumerate(chosen, 1)
                ]
                day = clock.today() - timedelta(days=ago)
                rows.append({"number": f"S-{place}-{turn}", "ordered_at": datetime.combine(day, time(1), TOKYO),
                             "channel": "shop", "person_id": person.pk, "lines": lines})  # fmt: skip
        add_orders(rows, by=None)
        publish()
        for subject in ("person", "company"):
            compute_if_due(subject, at_once=True)

    return run


@pytest.mark.parametrize("is_computed", [False, True])
def test_without_orders_the_pages_say_what_to_do(mei_looks: Client, world: World, is_computed: bool) -> None:
    if is_computed:
        compute_if_due("person", at_once=True)
    for path in PAGES:
        answer = mei_looks.get(path)
        assert answer.status_code == 200, path
    text = mei_looks.get("/analysis/").content.decode()
    assert ("購入した顧客がまだいません" if is_computed else "最初の計算を待っています") in text


def test_one_customer_is_shown_and_nothing_is_made_up(mei_looks: Client, world: World) -> None:
    publish()
    compute_if_due("person", at_once=True)
    for path in PAGES:
        assert mei_looks.get(path).status_code == 200, path
    text = mei_looks.get("/analysis/lifetime/").content.decode()
    assert "計算できません" in text and "今後12か月の購入見込み" not in text
    assert "分けられません" in mei_looks.get("/analysis/groups/").content.decode()
    assert "商品の分かる注文がありません" in mei_looks.get("/analysis/baskets/").content.decode()


def test_every_number_of_the_pages_opens_its_customers(mei_looks: Client, shop: Callable[[], None]) -> None:
    shop()
    for path in (*PAGES, "/analysis/?of=company"):
        answer = mei_looks.get(path)
        assert answer.status_code == 200, path
        for link in links_in(answer.context):
            assert mei_looks.get(link).status_code == 200, link


def test_a_cell_counts_the_customers_it_opens(mei_looks: Client, shop: Callable[[], None]) -> None:
    shop()
    rows = mei_looks.get("/analysis/").context["rows"]
    cells = [cell for row in rows for cell in row["cells"] if cell["count"]]
    assert sum(cell["count"] for cell in cells) == PersonValue.objects.count() == 61  # and Ada
    for cell in cells:
        behind = mei_looks.get(cell["url"])
        assert behind.context["count"].number == cell["count"]
        assert "/segments/new/?f=" in behind.context["segment_url"]


def test_a_cohort_counts_the_customers_it_opens(mei_looks: Client, shop: Callable[[], None]) -> None:
    shop()
    for basis in ("purchase", "contact"):
        page = mei_looks.get(f"/analysis/cohorts/?basis={basis}&show=customers")
        for row in page.context["rows"]:
            assert mei_looks.get(row["url"]).context["count"].number == row["size"]
            for cell in row["cells"][:3]:
                if cell["url"]:
                    assert f"{mei_looks.get(cell['url']).context['count'].number:,}" == cell["text"]


def test_a_pair_opens_those_who_bought_both(mei_looks: Client, shop: Callable[[], None]) -> None:
    shop()
    page = mei_looks.get("/analysis/baskets/?way=in_order")
    first = page.context["pairs"][0]
    assert {first["first"], first["then"]} == {"カメラ", "レンズ"} and first["together"] == 30
    assert mei_looks.get(first["url"]).context["count"].number == 30


def test_the_other_team_sees_its_own_customers_only(world: World, shop: Callable[[], None]) -> None:
    shop()
    client = Client()
    client.force_login(world.kato)
    page = client.get("/analysis/")
    assert page.context["customers"] == 5
    everybody = client.get("/analysis/customers/?f=%7B%22field%22%3A%22value_purchases%22%2C%22op%22%3A%22filled%22%7D")
    assert everybody.context["count"].number == 5
    assert {value.person.owner for value in client.get("/analysis/lifetime/").context["best"]} == {world.kato}
    stranger = PersonValue.objects.exclude(person__owner=world.kato).first()
    assert stranger is not None and client.get(f"/people/{stranger.pk}/value/").status_code == 404


def test_the_pages_ask_few_questions_however_many_customers(mei_looks: Client, shop: Callable[[], None]) -> None:
    shop()
    for path in PAGES[:9]:
        with CaptureQueriesContext(connection) as asked:
            mei_looks.get(path)
        told = [one["sql"] for one in asked if "organisation_organisation" not in one["sql"]]
        assert len(told) <= 30, f"{path}: {len(told)}"


def test_the_values_stand_on_the_page_of_the_person(mei_looks: Client, world: World, shop: Callable[[], None]) -> None:
    shop()
    value = PersonValue.objects.filter(next_product=None).first()
    assert value is not None
    text = mei_looks.get(f"/people/{value.pk}/value/").content.decode()
    assert "今後12か月の見込み" in text and "離反リスク" in text
    assert f"/people/{value.pk}/value/" in mei_looks.get(f"/people/{value.pk}").content.decode()
    nobody = create_person(by=None, family_name="無購入")
    assert mei_looks.get(f"/people/{nobody.pk}/value/").content.strip() == b""


def test_values_are_columns_of_the_list(mei_looks: Client, shop: Callable[[], None]) -> None:
    shop()
    page = mei_looks.get("/people/?cols=value_rfm&cols=value_group&cols=value_lifetime&cols=value_churn_level")
    assert page.status_code == 200 and "離反リスク" in page.content.decode()


def test_nonsense_is_answered_plainly(mei_looks: Client, shop: Callable[[], None], world: World) -> None:
    assert mei_looks.get("/analysis/customers/?f=%7B%22field%22%3A%22nothing%22%7D").status_code == 400
    assert mei_looks.get("/analysis/customers/?f=[[[[").status_code == 400
    assert mei_looks.get("/analysis/?of=dragon&show=%00").status_code == 200
    assert mei_looks.get("/analysis/cohorts/customers/?month=2026-99").status_code == 404
    assert mei_looks.get("/analysis/cohorts/customers/?month=2026-01&age=-1").status_code == 404
    assert mei_looks.get("/analysis/cohorts/customers/?month=2026-01&age=999").status_code == 200
    assert mei_looks.get("/analysis/baskets/customers/?first=9999999999999999999&then=1").status_code == 404
    assert mei_looks.get("/people/999999/value/").status_code == 404


def test_settings_are_saved_once_and_refused_in_words(mei_looks: Client, world: World) -> None:
    said = {"version": 1, "as_of": "2026-10-01", "horizon_months": "24", "discount": "5", "window_months": "12"}
    assert mei_looks.post("/analysis/settings/", said).status_code == 302
    row = ValueSettings.objects.get()
    assert (str(row.as_of), row.horizon_months, row.version) == ("2026-10-01", 24, 2)
    assert mei_looks.post("/analysis/settings/", said | {"horizon_months": "9"}).status_code == 409
    wrong = mei_looks.post("/analysis/settings/", said | {"version": 2, "horizon_months": "0", "as_of": "2999-01-01"})
    assert wrong.status_code == 422 and "今日までの日付" in wrong.content.decode()
    halves = said | {"version": 2, "own_borders": "on", "recency_2": "365"}
    assert "4つの区切り" in mei_looks.post("/analysis/settings/", halves).content.decode()
    ends = {
        "recency": (365, 180, 90, 30),
        "frequency": (2, 3, 5, 10),
        "monetary": (1000, 5000, 9000, 90000),
    }
    borders = {
        f"{name}_{score}": str(value)
        for name, values in ends.items()
        for score, value in zip((2, 3, 4, 5), values, strict=True)
    }
    assert (
        mei_looks.post("/analysis/settings/", said | {"version": 2, "own_borders": "on"} | borders).status_code == 302
    )
    assert ValueSettings.objects.get().borders["recency"] == [365, 180, 90, 30]
    huge = said | {"version": 3, "own_borders": "on"} | borders | {"monetary_5": "9" * 40, "window_months": "9" * 30}
    assert mei_looks.post("/analysis/settings/", huge).status_code == 422
    assert mei_looks.post("/analysis/compute/", {"next": "//evil.example"}).headers["Location"] == "/analysis/"


def links_in(context: Any) -> set[str]:
    """Return a few links of each sort on a page that lead to customers."""
    found: list[str] = []
    for name in ("rows", "regions", "levels", "cards", "pairs", "offers"):
        for one in (context.get(name) or [])[:3]:
            if isinstance(one, dict):
                found += [one.get("url", ""), *(cell["url"] for cell in one.get("cells", [])[:3])]
    for name in ("chart", "distribution", "calendar"):
        data = context.get(name) or {}
        found += [link for line in data.get("series", []) for link in line.get("links", [])[:2]]
        json.dumps(data, default=str)
    return {link for link in found if link}
