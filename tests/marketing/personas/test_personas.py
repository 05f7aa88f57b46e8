"""A persona is computed from the people of its segment, keeps people's own words, and says what has moved."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ryorin.customers.companies.actions import create_company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Segment
from ryorin.customers.timeline.actions import record
from ryorin.customers.voice.actions import note_need
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.marketing.personas.actions import (
    agree_to_persona,
    change_persona,
    compute,
    create_persona,
    delete_persona,
    hide_fact,
    refresh_personas,
    show_facts,
)
from ryorin.marketing.personas.errors import PersonaInvalid, QuoteNotTheirs
from ryorin.marketing.personas.models import Persona, Section
from ryorin.marketing.personas.queries import Line, pdf_of, people_behind, portrait, quotes_for
from ryorin.marketing.personas.rules import has_moved
from ryorin.marketing.segments.actions import create_segment, delete_segment, follow_changes
from ryorin.marketing.segments.errors import SegmentInUse
from ryorin.workspace.members.errors import NotAllowed, StaleRecord
from ryorin.workspace.members.models import Member

NOON = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[datetime]:
    with clock.frozen(NOON) as moment:
        yield moment


@pytest.fixture
def factory_heads(mei: Member) -> Segment:
    """Forty people of two companies: 30 heads of section who read about prices in the morning, 10 others."""
    maker = create_company(by=None, name="アクメ製作所", industry="製造業", employees=420)
    shop = create_company(by=None, name="ベータ商店", industry="小売業", employees=20)
    for number in range(40):
        is_head = number < 30
        person = create_person(
            by=None,
            family_name=f"客{number}",
            company=maker if is_head else shop,
            job_title="設備課長" if is_head else "店長",
            prefecture="13" if is_head else "27",
            source_channel="event" if number < 20 else "search",
        )
        for day in range(3):
            at = NOON - timedelta(days=day + 1, hours=2 if is_head else -7)
            url = "https://ryorin.example/pricing" if is_head else "https://ryorin.example/shop"
            record("page_view", source="collector", at=at, person_id=person.pk, properties={"url": url})
    catch_up()
    segment = create_segment(by=mei, name="工場の人", condition={"all": []})
    follow_changes()
    segment.refresh_from_db()
    return segment


@pytest.fixture
def persona(factory_heads: Segment, mei: Member) -> Persona:
    return create_persona(factory_heads, by=mei, name="設備課長の高橋さん", role="現場を知る決裁者")


def said(persona: Persona) -> dict[str, Line]:
    return {line.text: line for part in portrait(persona) for line in part.lines}


def test_what_is_said_has_numbers_and_the_people_behind_them(persona: Persona) -> None:
    lines = said(persona)
    assert persona.people == 40
    assert {
        text: (line.fact.people, line.percent)
        for text, line in lines.items()
        if text
        in (
            "役職は課長クラス",
            "業種は製造業",
            "300〜999人の会社に勤めている",
            "東京都にいる",
            "半年以内に「/pricing」を見た",
            "よく動くのは午前（9〜12時）",
            "展示会・セミナーで知り合った",
        )
    } == {
        "役職は課長クラス": (30, 75),
        "業種は製造業": (30, 75),
        "300〜999人の会社に勤めている": (30, 75),
        "東京都にいる": (30, 75),
        "半年以内に「/pricing」を見た": (30, 75),
        "よく動くのは午前（9〜12時）": (30, 75),
        "展示会・セミナーで知り合った": (20, 50),
    }
    for line in lines.values():
        assert people_behind(persona, line.fact.key).count() == line.fact.people, line.text
    assert persona.pace == pytest.approx(0.5)


def test_own_words_a_voice_and_hidden_sentences_survive_the_next_computation(persona: Persona, mei: Member) -> None:
    somebody, other = Person.objects.filter(memberships__segment=persona.segment).order_by("pk")[:2]
    note_need("時間", kind="problem", by=mei, person=other)
    voice = note_need("人手", kind="problem", by=mei, words="人が足りません。", person=somebody)
    assert list(quotes_for(persona, mei)) == [voice]
    own = {"who": "数字で話す人"}
    change_persona(persona, by=mei, version=None, name="高橋さん", words=own, quote=voice, owner=mei)
    fact = persona.facts.get(key="level:section")
    hide_fact(persona, fact, by=mei)
    with clock.frozen(NOON + timedelta(days=1)):
        assert refresh_personas() == 1
        assert refresh_personas() == 0
    persona.refresh_from_db()
    assert (persona.words, persona.quote) == (own, voice)
    assert "役職は課長クラス" not in said(persona)
    assert "課題を話した" in said(persona)
    show_facts(persona, by=mei)
    assert "役職は課長クラス" in said(persona)


def test_a_share_that_moved_is_marked_and_told_once(persona: Persona, mei: Member) -> None:
    Person.objects.filter(job_title="設備課長", pk__in=Person.objects.order_by("pk").values("pk")[:20]).update(
        job_title="品質部長"
    )
    compute(persona)
    compute(persona)
    persona.refresh_from_db()
    line = said(persona)["役職は課長クラス"]
    assert line.fact.is_moved and (line.agreed_percent, line.percent) == (75, 25)
    assert mei.notifications.filter(kind="persona_moved").count() == 1
    agree_to_persona(persona, by=mei)
    line = said(persona)["役職は課長クラス"]
    assert (line.fact.is_moved, line.agreed_percent) == (False, 25)


def test_what_nobody_is_any_more_is_still_told_as_a_change(persona: Persona, mei: Member) -> None:
    Person.objects.filter(prefecture="13").update(prefecture="14")
    compute(persona)
    persona.refresh_from_db()
    line = said(persona)["東京都にいる"]
    assert (line.fact.people, line.fact.is_moved, line.agreed_percent) == (0, True, 75)


@pytest.mark.parametrize(
    ("before", "of_before", "now", "of_now", "moved"),
    [
        (30, 40, 10, 40, True),
        (30, 40, 28, 40, False),  # within chance
        (5_000, 10_000, 5_200, 10_000, False),  # certain, but of no weight
        (5_000, 10_000, 5_600, 10_000, True),
        (8, 10, 1, 10, False),  # too few people to say
        (0, 40, 0, 40, False),
    ],
)
def test_a_share_has_moved_when_it_is_more_than_chance_and_matters(
    before: int, of_before: int, now: int, of_now: int, moved: bool
) -> None:
    found = has_moved(before=before, of_before=of_before, now=now, of_now=of_now, sentences=20)
    assert found is moved


def test_it_is_printed_on_paper(persona: Persona, mei: Member) -> None:
    change_persona(persona, by=mei, version=None, name="高橋さん", words={"who": "数字で話す人"})
    persona.refresh_from_db()
    assert pdf_of(persona, quote="検査が追いつきません。").startswith(b"%PDF")


def test_a_persona_of_nobody_says_nothing(mei: Member) -> None:
    empty = create_segment(by=mei, name="空", condition={"field": "city", "op": "is", "value": "竜宮"})
    follow_changes()
    drawn = create_persona(empty, by=mei, name="だれでもない人")
    assert (drawn.people, said(drawn)) == (0, {})


def test_a_segment_that_a_persona_rests_on_is_not_deleted(persona: Persona, mei: Member) -> None:
    with pytest.raises(SegmentInUse, match="設備課長の高橋さん"):
        delete_segment(persona.segment, by=mei)
    delete_persona(persona, by=mei)
    delete_segment(persona.segment, by=mei)


def test_what_cannot_be_is_refused(persona: Persona, mei: Member, sato: Member) -> None:
    with pytest.raises(PersonaInvalid):
        change_persona(persona, by=mei, version=None, name=" ")
    with pytest.raises(StaleRecord):
        change_persona(persona, by=mei, version=persona.version - 1, name="別の名前")
    stranger = create_person(by=None, family_name="他人")
    voice = note_need("色", kind="wish", by=mei, words="青がよい", person=stranger)
    with pytest.raises(QuoteNotTheirs):
        change_persona(persona, by=mei, version=None, name="高橋さん", quote=voice)
    with pytest.raises(NotAllowed):
        agree_to_persona(persona, by=sato)
    assert [section.value for section in Section] == ["who", "buys", "reads", "asks", "contacts"]
