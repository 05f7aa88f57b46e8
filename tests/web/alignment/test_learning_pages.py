"""The page of the learned score, and the probability where leads are looked at."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.alignment.conftest import *  # noqa: F403
from tests.alignment.conftest import MONDAY
from tests.alignment.learning_world import FAIR, WEB, answered, leads_of, new_lead

from ryorin.alignment.definitions.models import ReadyDefinition
from ryorin.alignment.handoffs.actions import offer_handoff
from ryorin.alignment.learning.actions import keep_learning, learn
from ryorin.alignment.learning.models import Lesson, ScoreVersion
from ryorin.customers.people.models import Person
from ryorin.lib import clock
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.models import Organisation

SignIn = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def our_company(db: None) -> Organisation:
    return Organisation.objects.create(name="両輪商事株式会社")


@pytest.fixture(autouse=True)
def now() -> object:
    with clock.frozen(MONDAY + timedelta(days=1)) as moment:
        yield moment


@pytest.fixture
def learned(axle: None) -> ScoreVersion:
    answered(leads_of(260))
    version = learn()
    assert version is not None
    return version


@pytest.fixture
def good(learned: ScoreVersion) -> Person:
    person = new_lead(FAIR, "部長")
    new_lead(WEB, "担当")
    keep_learning()
    return person


def test_without_answers_the_page_says_what_is_missing(signed_in: SignIn, mei: Member, axle: None) -> None:
    text = signed_in(mei).get(reverse("learning")).content.decode()
    assert "まだ学習していません" in text and "それまではルールの点を使います" in text
    answer = signed_in(mei).post(reverse("learning_train"), follow=True)
    assert "あと100件必要です" in answer.content.decode()


def test_the_page_tells_quality_with_the_baseline_beside(signed_in: SignIn, mei: Member, good: Person) -> None:
    text = signed_in(mei).get(reverse("learning")).content.decode()
    for words in (
        "順番の正しさ（AUC）",
        "基準（ロジスティック回帰）",
        "見込みと実績",
        "何が見込みを動かすか",
        "グループごとの扱い",
    ):
        assert words in text
    assert "その後の" in text and "第1版" in text


def test_a_threshold_is_found_and_proposed(signed_in: SignIn, mei: Member, good: Person) -> None:
    text = signed_in(mei).get(reverse("learning"), {"capacity": "1"}).content.decode()
    assert "成約見込み" in text and "％以上にすると、週" in text
    assert "当てはまる人を見る" in text
    answer = signed_in(mei).post(reverse("learning_threshold"), {"capacity": "1"})
    assert answer.headers["Location"] == reverse("definition")
    assert ReadyDefinition.objects.proposed().get().condition["all"][0]["field"] == "chance"


def test_a_threshold_of_nonsense_is_refused_in_words(signed_in: SignIn, mei: Member, good: Person) -> None:
    assert signed_in(mei).get(reverse("learning"), {"capacity": "たくさん"}).status_code == 200
    answer = signed_in(mei).post(reverse("learning_threshold"), {"capacity": "-4"}, follow=True)
    assert "1～100,000の整数" in answer.content.decode()


def test_one_goes_back_to_a_version(signed_in: SignIn, mei: Member, learned: ScoreVersion) -> None:
    learn()
    page = signed_in(mei).get(reverse("learning")).content.decode()
    assert "この版に戻す" in page
    signed_in(mei).post(reverse("learning_use", args=[learned.pk]))
    assert ScoreVersion.objects.active().get() == learned


def test_what_was_heard_stands_on_the_page(signed_in: SignIn, mei: Member, learned: ScoreVersion) -> None:
    Lesson.objects.create(
        about="channel", key="event", answers=3, sent_back=3, reason="予算なし", with_reason=3, before=0.34, after=0.23,
        shift=-0.5, since=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    text = signed_in(mei).get(reverse("learning")).content.decode()
    assert "34% → 23%" in text and "返事3件のうち3件が差し戻し（「予算なし」3件）" in text


def test_a_person_shows_the_probability_beside_the_points(signed_in: SignIn, mei: Member, good: Person) -> None:
    text = signed_in(mei).get(reverse("person_axle", args=[good.pk])).content.decode()
    assert "成約見込み" in text and "役職：部長" in text and "似たリードの実績" in text


def test_in_english_the_reasons_are_english(signed_in: SignIn, mei: Member, good: Person) -> None:
    client = signed_in(mei)
    mei.language = "en"
    mei.save()
    text = client.get(reverse("person_axle", args=[good.pk])).content.decode()
    assert "Job title: 部長" in text and "成約見込み" not in text


def test_a_hand_off_keeps_the_probability_of_its_moment(
    signed_in: SignIn, sato: Member, good: Person, learned: ScoreVersion
) -> None:
    handoff = offer_handoff(good, owner=sato)
    assert handoff.chance is not None
    page = signed_in(sato)
    assert f"見込み{handoff.chance}％" in page.get(reverse("handoffs")).content.decode()
    assert "成約見込み" in page.get(reverse("handoff", args=[handoff.pk])).content.decode()


def test_people_are_listed_by_probability(signed_in: SignIn, mei: Member, good: Person) -> None:
    text = (
        signed_in(mei).get(reverse("people"), {"f": '{"field": "chance", "op": "gte", "value": 60}'}).content.decode()
    )
    assert "新井" in text
