"""Forms: what they ask, what they take, and the lead that comes of it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ryorin.customers.consent.models import Consent
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.marketing.pages.actions import (
    accept_answer,
    answer_form,
    change_form,
    close_form,
    create_form,
    publish_form,
)
from ryorin.marketing.pages.errors import AnswerInvalid, FormInvalid, FormNotOpen
from ryorin.marketing.pages.models import Form, FormAnswer
from ryorin.marketing.pages.rules import looks_like_spam, read_answer, read_fields
from ryorin.workspace.members.errors import NotAllowed, StaleRecord

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
QUESTIONS = [
    {"name": "name", "label": "お名前", "type": "text", "required": True, "maps_to": "full_name"},
    {"name": "company", "label": "会社名", "type": "text", "maps_to": "company_name"},
    {"name": "mail", "label": "メールアドレス", "type": "email", "required": True, "maps_to": "email"},
    {"name": "budget", "label": "ご予算", "type": "select", "choices": ["〜100万円", "100〜500万円"]},
    {"name": "when", "label": "ご希望日", "type": "date"},
    {"name": "topics", "label": "関心", "type": "checkboxes", "choices": ["画像検査", "短納期"]},
    {"name": "news", "label": "案内メールを受け取る", "type": "checkbox", "maps_to": "mail_consent"},
]
ADA = {
    "name": "安達 ゆい",
    "company": "株式会社アクメ",
    "mail": "Ada@Acme.example",
    "budget": "100〜500万円",
    "when": "2026/12/24",
    "topics": ["画像検査", "短納期"],
    "news": "on",
}


@pytest.fixture
def form(mei) -> Form:
    fair = create_campaign(by=mei, name="秋の展示会", code="fair-2026", channel="event")
    form = create_form(
        by=mei,
        name="資料請求",
        slug="catalogue",
        title="カタログをお送りします",
        fields=QUESTIONS,
        consent_text="ご入力の情報は資料の送付に使います。",
        campaign=fair,
    )
    return publish_form(form, by=mei)


def test_an_answer_becomes_a_lead_with_its_source(form):
    kept = answer_form(form, ADA, uid=uuid4(), visitor="v-1", at=NOON)

    person = Person.objects.get()
    assert (person.family_name, person.given_name, person.email) == ("安達", "ゆい", "ada@acme.example")
    assert person.company.name == "株式会社アクメ"
    assert (person.source_channel, person.source_campaign_id) == ("event", form.campaign_id)
    assert person.stage == "lead"
    assert kept.person == person
    assert kept.values["when"] == "2026-12-24"
    assert person.visitors.get().visitor == "v-1"


def test_the_consent_keeps_the_text_that_was_shown(form):
    answer_form(form, ADA, uid=uuid4(), at=NOON)

    consent = Consent.objects.get()
    assert consent.allowed
    assert "資料の送付に使います" in consent.evidence
    assert Person.objects.get().mail_consent == "allowed"


def test_who_does_not_tick_the_box_gives_no_consent(form):
    answer_form(form, {**ADA, "news": ""}, uid=uuid4(), at=NOON)

    assert not Consent.objects.exists()


def test_the_answer_stands_on_the_timeline(form):
    answer_form(form, ADA, uid=uuid4(), at=NOON)

    touchpoint = InboxTouchpoint.objects.get(kind="form_submitted")
    assert touchpoint.person_id == Person.objects.get().pk
    assert "画像検査、短納期" in touchpoint.properties


def test_sending_twice_is_one_answer(form):
    uid = uuid4()
    first = answer_form(form, ADA, uid=uid)

    assert answer_form(form, ADA, uid=uid) == first
    assert Person.objects.count() == 1
    assert InboxTouchpoint.objects.filter(kind="form_submitted").count() == 1


def test_a_known_mail_address_is_the_same_person_and_nothing_is_overwritten(form, mei):
    ada = create_person(by=mei, family_name="安達", given_name="結衣", email="ada@acme.example", job_title="課長")

    answer_form(form, ADA, uid=uuid4())

    assert Person.objects.get().pk == ada.pk
    assert Person.objects.get().given_name == "結衣"


def test_the_campaign_in_the_address_wins_over_that_of_the_form(form, mei):
    search = create_campaign(by=mei, name="検索広告", code="search-2026", channel="search")

    answer_form(form, ADA, uid=uuid4(), utm={"utm_campaign": "search-2026", "utm_medium": "cpc"})

    person = Person.objects.get()
    assert (person.source_channel, person.source_campaign_id) == ("search", search.pk)


def test_what_looks_like_spam_is_kept_apart_until_somebody_accepts_it(form, mei):
    kept = answer_form(form, ADA, uid=uuid4(), spam="trap")
    assert not Person.objects.exists()

    accept_answer(kept, by=mei)

    assert Person.objects.get().email == "ada@acme.example"
    assert not FormAnswer.objects.get().is_spam


def test_faults_are_told_by_field_and_nothing_is_kept(form):
    with pytest.raises(AnswerInvalid) as refusal:
        answer_form(form, {**ADA, "name": "", "mail": "ada(at)acme", "when": "2026/02/30"}, uid=uuid4())

    assert set(refusal.value.faults) == {"name", "mail", "when"}
    assert "お名前" in refusal.value.faults["name"]
    assert not FormAnswer.objects.exists()


def test_a_closed_form_takes_no_answer(form, mei):
    close_form(form, by=mei)

    with pytest.raises(FormNotOpen):
        answer_form(Form.objects.get(), ADA, uid=uuid4())


def test_a_form_that_does_not_ask_who_it_is_cannot_be_saved(mei):
    with pytest.raises(FormInvalid):
        create_form(by=mei, name="a", slug="a", title="a", fields=[{"name": "x", "label": "感想", "type": "text"}])


def test_a_stale_edit_is_refused(form, mei):
    version = form.version
    change_form(form, by=mei, version=version, title="別の見出し")

    with pytest.raises(StaleRecord):
        change_form(form, by=mei, version=version, title="さらに別の見出し")


def test_sales_may_not_change_forms(form, sato):
    with pytest.raises(NotAllowed):
        change_form(form, by=sato, version=None, title="x")


@pytest.mark.parametrize(
    ("trap", "seconds", "values", "verdict"),
    [
        ("", 60, {"a": "こんにちは"}, ""),
        ("filled", 60, {}, "trap"),
        ("", 1, {}, "too_fast"),
        ("", 60 * 60 * 13, {}, "too_old"),
        ("", 60, {"a": "http://a http://b https://c"}, "links"),
    ],
)
def test_spam_is_told_by_the_trap_the_time_and_links(trap, seconds, values, verdict):
    shown = NOON - timedelta(seconds=seconds)

    assert looks_like_spam(values=values, trap=trap, shown_at=shown, now=NOON) == verdict


def test_an_answer_without_the_signed_moment_did_not_come_from_the_page():
    assert looks_like_spam(values={}, trap="", shown_at=None, now=NOON) == "no_page"


@given(st.dictionaries(st.sampled_from([q["name"] for q in QUESTIONS]), st.text() | st.lists(st.text(), max_size=4)))
def test_any_answer_is_either_read_or_told_what_is_wrong(answer):
    read = read_answer(read_fields(QUESTIONS), answer)

    assert set(read.values) | set(read.faults) == {question["name"] for question in QUESTIONS}
    assert all(read.faults.values())


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_design_is_either_read_or_refused(design):
    try:
        assert read_fields(design)
    except FormInvalid as refusal:
        assert str(refusal)
