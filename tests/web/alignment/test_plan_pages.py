"""A quarter's plan on its pages: written, refused with words, signed by both, changed with a reason."""

import pytest
from django.test import Client
from django.urls import reverse

from ryorin.alignment.plans.models import Plan
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

FIGURES = {
    "at": "2027-01-01", "free_leads": "5", "members": "2", "hours_per_week": "30", "hours_per_lead": "1.5",
    "hours_per_deal": "5", "qualified_rate": "40", "qualified_lag": "7", "accepted_rate": "50", "accepted_lag": "2",
    "won_rate": "25", "won_lag": "40", "order_value": "８００，０００", "cost_search": "20,000",
    "budget_search": "1,000,000",
}  # fmt: skip


@pytest.fixture(autouse=True)
def our_company(db: None) -> Organisation:
    return Organisation.objects.create(name="両輪商事株式会社")


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def test_a_plan_is_written_signed_by_both_and_can_then_only_get_a_new_version(mei: Member, sato: Member) -> None:
    page = signed_in(mei).post(reverse("plan_new"), FIGURES)
    plan = Plan.objects.get()
    assert page.status_code == 302 and (plan.basis["order_value"], plan.basis["qualified_rate"]) == (800_000, 0.4)
    address = reverse("plan", args=[plan.pk])
    text = signed_in(sato).get(address).content.decode()
    assert "営業側として署名" in text and "マーケティング側として署名" not in text and "¥1,000,000" in text
    for member in (mei, sato):
        assert signed_in(member).post(reverse("plan_sign", args=[plan.pk])).status_code == 302
    text = signed_in(mei).get(address).content.decode()
    assert "林 芽衣さんが署名" in text and "佐藤 健さんが署名" in text and "新しい版を作る" in text
    assert signed_in(mei).get(reverse("plan_edit", args=[plan.pk])).status_code == 409
    without = signed_in(mei).post(reverse("plan_new"), FIGURES | {"members": "3"})
    assert without.status_code == 422 and Plan.objects.count() == 1
    signed_in(mei).post(reverse("plan_new"), FIGURES | {"members": "3", "reason": "1名増員のため"})
    assert Plan.objects.get(version=2).reason == "1名増員のため"
    assert "この計画には新しい版（第2版）があります" in signed_in(mei).get(address).content.decode()
    listing = signed_in(mei).get(reverse("plans")).content.decode()
    assert "1名増員のため" in listing and "に確定" in listing


def test_a_change_shows_on_the_page(mei: Member) -> None:
    client = signed_in(mei)
    client.post(reverse("plan_new"), FIGURES)
    plan = Plan.objects.get()
    form = client.get(reverse("plan_edit", args=[plan.pk])).content.decode()
    assert 'value="800,000"' in form and 'value="1.5"' in form
    client.post(reverse("plan_edit", args=[plan.pk]), FIGURES | {"members": "0.1"})
    assert "営業の時間が足りません" in client.get(reverse("plan", args=[plan.pk])).content.decode()
    assert client.get(reverse("plan_new"), {"at": "2027-02-10"})["Location"] == reverse("plan_edit", args=[plan.pk])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"members": ""}, "必須"),
        ({"won_rate": "120"}, "100"),
        ({"won_rate": "-1"}, "0"),
        ({"won_lag": "nan"}, "数字"),
        ({"order_value": "たくさん"}, "金額を数字で"),
        ({"budget_social": "5,000"}, "リード単価も入力"),
        ({"order_value": "-5"}, "0以上"),
    ],
)
def test_figures_that_cannot_be_meant_come_back_with_words(mei: Member, change: dict[str, str], words: str) -> None:
    page = signed_in(mei).post(reverse("plan_new"), FIGURES | change)
    assert page.status_code == 422 and words in page.content.decode()
    assert not Plan.objects.exists()


def test_boxes_without_a_history_stay_empty(mei: Member) -> None:
    text = signed_in(mei).get(reverse("plan_new")).content.decode()
    assert 'name="won_rate"' in text and 'name="won_rate" value' not in text
