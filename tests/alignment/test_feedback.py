"""What sales says reaches marketing: tied, judged, accepted or declined, measured, and told back."""

from datetime import date, timedelta

import pytest
from tests.alignment.feedbacks import accepted, leads_of, rejected
from tests.alignment.test_two_at_once import at_once

from ryorin.alignment.feedback.actions import accept_suggestion, decline_suggestion, follow_feedback
from ryorin.alignment.feedback.actions.tying import _pages_by_address
from ryorin.alignment.feedback.errors import (
    DeclineReasonMissing,
    DueDatePassed,
    OwnerMissing,
    PeriodEmpty,
    SuggestionAlreadyAccepted,
    SuggestionAlreadyDeclined,
    SuggestionFaded,
)
from ryorin.alignment.feedback.models import Advice, Said, Saying, Strength, Suggestion, SuggestionState, Tie
from ryorin.alignment.feedback.queries import (
    became_of,
    effect_of,
    handoff_health,
    open_suggestions,
    panel_of,
    rows_behind,
    sayings_by,
    sayings_of,
    sayings_of_record,
)
from ryorin.alignment.feedback.rules import evidence_said, headline
from ryorin.alignment.handoffs.actions import change_send_back_reason, offer_handoff, send_back_handoff
from ryorin.alignment.handoffs.models import Handoff, SendBackReason
from ryorin.customers.people.models import Person
from ryorin.customers.segments.models import Segment
from ryorin.customers.timeline.actions import record
from ryorin.customers.voice.actions import note_need
from ryorin.insight.lake.actions import catch_up
from ryorin.lib import clock
from ryorin.lib.fiscal import period_of
from ryorin.lib.ids import new_id
from ryorin.marketing.campaigns.actions import create_campaign
from ryorin.marketing.campaigns.models import Campaign
from ryorin.marketing.pages.actions import answer_form, create_form, publish_form
from ryorin.marketing.segments.actions import create_segment, fill_waiting, follow_changes
from ryorin.marketing.sites.actions import create_page, default_site, publish_page
from ryorin.sales.deals.actions import lose_deal, open_deal, reopen_deal, win_deal
from ryorin.sales.deals.queries import default_pipeline, lost_reasons
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member, Scope
from ryorin.workspace.notifications.models import Notification
from ryorin.workspace.tasks.models import Task

LATER = timedelta(days=1)


@pytest.fixture
def fair(mei: Member, axle: None) -> Campaign:
    default_pipeline()
    return create_campaign(by=mei, name="秋の展示会", channel="event")


@pytest.fixture
def three(fair: Campaign, mei: Member, sato: Member) -> list[Handoff]:
    return rejected(leads_of(fair, 3, owner=sato), by=sato, offered_by=mei, note="今期の予算は使い切ったとのこと")


@pytest.fixture
def suggestion(three: list[Handoff]) -> Suggestion:
    follow_feedback()
    return Suggestion.objects.get()


def test_three_rejections_make_a_suggestion_that_names_campaign_reason_and_leads(
    suggestion: Suggestion, three: list[Handoff], fair: Campaign, mei: Member
) -> None:
    assert (suggestion.advice, suggestion.strength) == (Advice.PAUSE_SOURCE, Strength.EARLY)
    assert "秋の展示会" in headline(suggestion) and "予算なし" in headline(suggestion)
    assert "3件中3件" in evidence_said(suggestion) and "44〜100%" in evidence_said(suggestion)
    behind = {one.person_id for one in sayings_of(suggestion)}
    assert behind == {handoff.person_id for handoff in three}
    assert open_suggestions() == [suggestion]
    told = Notification.objects.get(member=mei, kind="feedback")
    assert "秋の展示会" in told.text and told.url == f"/feedback/{suggestion.pk}/"
    assert AuditEntry.objects.filter(action="suggestion_made", record_id=suggestion.pk).count() == 1


def test_the_campaigns_quality_falls(fair: Campaign, mei: Member, sato: Member) -> None:
    accepted(leads_of(fair, 4, owner=sato), by=sato, offered_by=mei)
    follow_feedback()
    assert panel_of("campaign", fair.pk, member=mei).now.acceptance.rate == 1.0
    rejected(leads_of(fair, 3, owner=sato, first=4), by=sato, offered_by=mei)
    follow_feedback()
    panel = panel_of("campaign", fair.pk, member=mei)
    assert (panel.now.accepted, panel.now.answered) == (4, 7)
    assert [(line.label, line.times, line.before, line.people) for line in panel.lines] == [("予算なし", 3, 0, 3)]


def test_two_rejections_are_no_sign_yet(fair: Campaign, mei: Member, sato: Member) -> None:
    rejected(leads_of(fair, 2, owner=sato), by=sato, offered_by=mei)
    follow_feedback()
    assert not Suggestion.objects.exists()
    assert panel_of("campaign", fair.pk, member=mei).now.answered == 2


def test_without_anything_said_nothing_is_suggested(axle: None, mei: Member) -> None:
    assert follow_feedback() == 0
    assert open_suggestions() == [] and panel_of("campaign", 7, member=mei).is_empty


def test_reading_twice_changes_nothing(suggestion: Suggestion) -> None:
    before = list(Saying.objects.order_by("pk").values())
    assert follow_feedback() == 0
    assert list(Saying.objects.order_by("pk").values()) == before
    assert Suggestion.objects.count() == 1 and Notification.objects.filter(kind="feedback").count() == 1


def test_a_suggestion_ends_when_its_evidence_is_old(suggestion: Suggestion, mei: Member) -> None:
    with clock.frozen(clock.now() + timedelta(days=120)):
        follow_feedback()
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.FADED
    with pytest.raises(SuggestionFaded):
        accept_suggestion(suggestion, by=mei, owner=mei)


def test_what_is_said_is_tied_to_the_segments_of_that_day_the_forms_and_the_pages_before(
    fair: Campaign, mei: Member, sato: Member, kimura: Member
) -> None:
    (lead,) = leads_of(fair, 1, owner=sato)
    inside = create_segment(by=mei, name="名字が安達", condition={"field": "family_name", "op": "is", "value": "安達"})
    create_segment(by=mei, name="名字が飯田", condition={"field": "family_name", "op": "is", "value": "飯田"})
    fill_waiting()
    questions = [{"name": "mail", "label": "メール", "type": "email", "maps_to": "email", "required": True}]
    form = publish_form(create_form(by=mei, name="資料請求", slug="f", title="資料", fields=questions), by=mei)
    answer = answer_form(form, {"mail": lead.email}, uid=new_id())
    assert answer.person_id == lead.pk
    page = publish_page(
        create_page(site=default_site(), name="秋のセミナー", path="seminar", html="<h1>秋</h1>", by=mei), by=mei
    )
    slug = page.site.slug
    record("page_view", source="t", person_id=lead.pk, properties={"url": f"https://r.example/s/{slug}/seminar/?a=1"})
    catch_up()
    rejected([lead], by=sato, offered_by=mei)
    later = create_segment(by=mei, name="後から", condition={"field": "family_name", "op": "is", "value": "安達"})
    fill_waiting()
    follow_feedback()
    ties = set(Tie.objects.filter(saying__kind=Said.SENT_BACK).values_list("sort", "subject_id"))
    assert ties == {("campaign", fair.pk), ("segment", inside.pk), ("form", form.pk), ("page", page.pk)}
    assert ("segment", later.pk) not in ties


def test_a_page_is_found_by_its_address_on_its_own_host_only(mei: Member) -> None:
    site = default_site()
    page = create_page(site=site, name="料金", path="price", html="<h1>料金</h1>", by=mei)
    assert _pages_by_address({f"/s/{site.slug}/price"}) == {("", f"/s/{site.slug}/price"): page.pk}
    type(site).objects.filter(pk=site.pk).update(host="www.acme.example")
    assert _pages_by_address({"/price"}) == {("www.acme.example", "/price"): page.pk}


def test_lost_deals_their_competitor_and_what_customers_say_are_read(fair: Campaign, mei: Member, sato: Member) -> None:
    (lead,) = leads_of(fair, 1, owner=sato)
    deal = open_deal(by=sato, name="検査機", person=lead, owner=sato, competitor="ＡＢＣ工業")
    lose_deal(deal, by=sato, reason=lost_reasons()[0], note="価格で負けた")
    note_need("納期が読めない", kind="problem", by=sato, person=lead, words="いつ届くのか分からない", area="納期")
    follow_feedback()
    found = {(one.kind, one.key, one.label) for one in Saying.objects.all()}
    assert found == {
        (Said.LOST, str(lost_reasons()[0].pk), lost_reasons()[0].name),
        (Said.COMPETITOR, "abc工業", "ＡＢＣ工業"),
        (Said.PROBLEM, "納期", "納期"),
    }
    panel = panel_of("campaign", fair.pk, member=mei)
    assert panel.quotes[0].words == "いつ届くのか分からない"  # the customer's words come first


def test_a_deal_that_is_opened_again_is_no_longer_lost(fair: Campaign, sato: Member) -> None:
    (lead,) = leads_of(fair, 1, owner=sato)
    deal = lose_deal(open_deal(by=sato, name="検査機", person=lead, owner=sato), by=sato, reason=lost_reasons()[0])
    follow_feedback()
    assert Saying.objects.get().kind == Said.LOST
    reopen_deal(deal, by=sato)
    follow_feedback()
    assert not Saying.objects.exists()


def test_what_three_customers_ask_is_worth_writing_about(fair: Campaign, sato: Member) -> None:
    for lead in leads_of(fair, 3, owner=sato):
        note_need("納期を知りたい", kind="problem", by=sato, person=lead, area="納期")
    follow_feedback()
    assert [(one.advice, one.label, one.people) for one in open_suggestions()] == [(Advice.WRITE, "納期", 3)]


def test_one_finding_about_the_same_people_is_said_once(fair: Campaign, mei: Member, sato: Member) -> None:
    leads = leads_of(fair, 3, owner=sato)
    create_segment(by=mei, name="全員", condition={"field": "given_name", "op": "is", "value": "愛"})
    fill_waiting()
    rejected(leads, by=sato, offered_by=mei)
    follow_feedback()
    assert Tie.objects.filter(sort="segment").count() == 3
    assert [one.sort for one in open_suggestions()] == ["campaign"]


def test_a_segment_without_one_campaign_behind_it_is_named(axle: None, mei: Member, sato: Member) -> None:
    leads = leads_of(None, 3, owner=sato)
    create_segment(by=mei, name="全員", condition={"field": "given_name", "op": "is", "value": "愛"})
    fill_waiting()
    rejected(leads, by=sato, offered_by=mei)
    follow_feedback()
    assert [(one.advice, one.subject) for one in open_suggestions()] == [(Advice.CHANGE_SEGMENT, "全員")]


def test_accepting_makes_a_task_and_tells_who_said_it(suggestion: Suggestion, mei: Member, sato: Member) -> None:
    day = clock.today() + timedelta(days=7)
    found = accept_suggestion(suggestion, by=mei, owner=mei, due_on=day, note="配信先を見直す")
    task = Task.objects.get()
    assert (found.state, found.task, task.owner, task.about_type, task.about_id) == (
        SuggestionState.ACCEPTED, task, mei, "suggestion", suggestion.pk,
    )  # fmt: skip
    assert task.due_at is not None and task.note == "配信先を見直す" and "秋の展示会" in task.title
    assert found.before == {"accepted": 0, "answered": 3, "won": 0, "closed": 0}
    assert "採用しました" in Notification.objects.get(member=sato, url="/feedback/mine/").text
    assert AuditEntry.objects.filter(action="suggestion_accepted").count() == 1
    assert open_suggestions() == []


def test_accepting_needs_an_owner_and_a_day_to_come(suggestion: Suggestion, mei: Member) -> None:
    with pytest.raises(OwnerMissing):
        accept_suggestion(suggestion, by=mei, owner=None)
    with pytest.raises(DueDatePassed):
        accept_suggestion(suggestion, by=mei, owner=mei, due_on=date(2020, 1, 1))
    suggestion.refresh_from_db()
    assert suggestion.is_open and not Task.objects.exists()


def test_who_sells_may_not_decide(suggestion: Suggestion, sato: Member, mei: Member) -> None:
    with pytest.raises(NotAllowed):
        accept_suggestion(suggestion, by=sato, owner=mei)
    with pytest.raises(NotAllowed):
        decline_suggestion(suggestion, by=sato, reason="いまは見送る")


def test_what_is_accepted_is_not_suggested_again_while_it_is_measured(
    suggestion: Suggestion, fair: Campaign, mei: Member, sato: Member
) -> None:
    accept_suggestion(suggestion, by=mei, owner=mei)
    rejected(leads_of(fair, 4, owner=sato, first=3), by=sato, offered_by=mei)
    follow_feedback()
    assert open_suggestions() == []


def test_the_effect_is_measured_by_the_same_definition(
    suggestion: Suggestion, fair: Campaign, mei: Member, sato: Member
) -> None:
    rejected(leads_of(fair, 5, owner=sato, first=3), by=sato, offered_by=mei)
    follow_feedback()
    accept_suggestion(suggestion, by=mei, owner=mei)
    effect = effect_of(Suggestion.objects.get(pk=suggestion.pk))
    assert effect is not None and not effect.acceptance.is_known  # nothing was answered since
    with clock.frozen(clock.now() + LATER):
        accepted(leads_of(fair, 6, owner=sato, first=8), by=sato, offered_by=mei)
        follow_feedback()
        effect = effect_of(Suggestion.objects.get(pk=suggestion.pk))
    assert effect is not None and effect.acceptance.is_better and not effect.is_over
    assert (effect.acceptance.before.of, effect.acceptance.after.times) == (8, 6)
    assert not effect.closing.is_known  # no deal was closed: nothing is claimed


def test_what_is_declined_stays_away_until_clearly_more_is_said(
    suggestion: Suggestion, fair: Campaign, mei: Member, sato: Member
) -> None:
    decline_suggestion(suggestion, by=mei, reason="来期の予算取りのための展示会だから")
    assert "見送り" in Notification.objects.get(member=sato, url="/feedback/mine/").text
    with clock.frozen(clock.now() + LATER):
        rejected(leads_of(fair, 2, owner=sato, first=3), by=sato, offered_by=mei)
        follow_feedback()
        assert open_suggestions() == []
        rejected(leads_of(fair, 1, owner=sato, first=5), by=sato, offered_by=mei)
        follow_feedback()
        assert [one.times for one in open_suggestions()] == [6]


def test_declining_needs_a_reason_and_happens_once(suggestion: Suggestion, mei: Member) -> None:
    with pytest.raises(DeclineReasonMissing):
        decline_suggestion(suggestion, by=mei, reason="  ")
    decline_suggestion(suggestion, by=mei, reason="想定どおり")
    with pytest.raises(SuggestionAlreadyDeclined):
        accept_suggestion(suggestion, by=mei, owner=mei)


def test_who_may_not_see_the_lead_reads_no_words_of_it(suggestion: Suggestion, fair: Campaign, mei: Member) -> None:
    kato = Member.objects.create_user("kato@ryorin.example", family_name="加藤", role="sales", scope=Scope.OWN)
    panel = panel_of("campaign", fair.pk, member=kato)
    assert panel.now.answered == 3 and panel.quotes == []
    assert list(rows_behind("campaign", fair.pk, member=kato)) == []
    assert len(rows_behind("campaign", fair.pk, member=mei, kind=Said.SENT_BACK)) == 3


def test_the_rep_sees_what_became_of_each_word(
    suggestion: Suggestion, three: list[Handoff], fair: Campaign, mei: Member, sato: Member
) -> None:
    found = became_of(list(sayings_by(sato)))
    assert len(found) == 3 and all(one.suggestions == [suggestion] for one in found)
    assert found[0].reached == [("campaign", fair.pk, "秋の展示会")]
    at_handoff = became_of(list(sayings_of_record(sato, handoff_id=three[0].pk)))
    assert [one.saying.words for one in at_handoff] == ["今期の予算は使い切ったとのこと"]


def test_hand_off_health_of_a_month_counts_beside_the_month_before(
    three: list[Handoff], fair: Campaign, mei: Member, sato: Member
) -> None:
    accepted(leads_of(fair, 1, owner=sato, first=3), by=sato, offered_by=mei)
    health = handoff_health(period_of(clock.today()))
    assert (health.offered, health.answered, health.accepted, health.sent_back) == (4, 4, 1, 3)
    assert [(one.name, one.times) for one in health.reasons] == [("予算なし", 3)]
    assert health.change.before.of == 0 and not health.change.is_known
    period = period_of(clock.today())
    with pytest.raises(PeriodEmpty):
        handoff_health(type(period)(period.end, period.start, period.grain))


def test_an_erased_persons_words_are_gone(suggestion: Suggestion, three: list[Handoff]) -> None:
    Person.objects.get(pk=three[0].person_id).delete()
    assert Saying.objects.count() == 2


def test_won_deals_count_to_closing(fair: Campaign, mei: Member, sato: Member) -> None:
    leads = leads_of(fair, 2, owner=sato)
    win_deal(open_deal(by=sato, name="検査機", person=leads[0], owner=sato, amount=1), by=sato)
    lose_deal(open_deal(by=sato, name="照明", person=leads[1], owner=sato), by=sato, reason=lost_reasons()[0])
    follow_feedback()
    panel = panel_of("campaign", fair.pk, member=mei)
    assert (panel.now.won, panel.now.closed) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_one_makes_the_task(axle: None, mei: Member, sato: Member) -> None:
    default_pipeline()
    campaign = create_campaign(by=mei, name="秋の展示会", channel="event")
    rejected(leads_of(campaign, 3, owner=sato), by=sato, offered_by=mei)
    follow_feedback()
    suggestion = Suggestion.objects.get()
    found = at_once(
        lambda: accept_suggestion(suggestion, by=mei, owner=mei),
        lambda: accept_suggestion(suggestion, by=mei, owner=sato),
    )
    assert sum(isinstance(one, SuggestionAlreadyAccepted) for one in found) == 1
    assert Task.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_read_each_word_once(axle: None, mei: Member, sato: Member) -> None:
    default_pipeline()
    campaign = create_campaign(by=mei, name="秋の展示会", channel="event")
    rejected(leads_of(campaign, 3, owner=sato), by=sato, offered_by=mei)
    at_once(follow_feedback, follow_feedback)
    assert Saying.objects.count() == 3 and Suggestion.objects.count() == 1


def test_a_renamed_reason_goes_on_being_counted_together(
    fair: Campaign, mei: Member, sato: Member, kimura: Member
) -> None:
    rejected(leads_of(fair, 2, owner=sato), by=sato, offered_by=mei)
    follow_feedback()
    reason = change_send_back_reason(SendBackReason.objects.get(name="予算なし"), by=kimura, name="今期の予算なし")
    (lead,) = leads_of(fair, 1, owner=sato, first=2)
    send_back_handoff(offer_handoff(lead, by=mei, owner=sato), by=sato, reason=reason)
    follow_feedback()
    lines = panel_of("campaign", fair.pk, member=mei).lines
    assert [(line.label, line.times) for line in lines] == [("今期の予算なし", 3)]


def test_live_segments_follow_and_are_tied_too(fair: Campaign, mei: Member, sato: Member) -> None:
    leads = leads_of(fair, 1, owner=sato)
    create_segment(by=mei, name="全員", condition={"field": "given_name", "op": "is", "value": "愛"})
    follow_changes()
    rejected(leads, by=sato, offered_by=mei)
    follow_feedback()
    assert Tie.objects.filter(sort="segment", subject_id=Segment.objects.get().pk).count() == 1
