"""The pages of feedback, as members use them."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.alignment.feedbacks import leads_of, rejected
from tests.web.feedback_examples import suggestion_of
from tests.web.mailing_examples import mailing_of
from tests.web.segment_examples import persona_of, segment_of
from tests.web.site_examples import page_of
from tests.world import World

from ryorin.alignment.feedback.actions import decline_suggestion, follow_feedback
from ryorin.alignment.feedback.models import Suggestion, SuggestionState
from ryorin.alignment.handoffs.models import Handoff
from ryorin.customers.voice.actions import note_need
from ryorin.sales.deals.actions import lose_deal
from ryorin.sales.deals.queries import lost_reasons
from ryorin.workspace.members.models import Member
from ryorin.workspace.tasks.models import Task

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def suggestion(world: World) -> Suggestion:
    return suggestion_of(world)


def client_of(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def text_of(member: Member, name: str, *args: object, **query: object) -> str:
    answer = client_of(member).get(reverse(name, args=args), query)
    assert answer.status_code == 200, name
    return answer.content.decode()


def test_the_list_names_campaign_reason_and_the_three_leads(world: World, suggestion: Suggestion) -> None:
    text = text_of(world.mei, "feedback")
    assert "秋の展示会" in text and "予算なし" in text and "早めの兆候" in text
    assert all(name in text for name in ("安達 愛", "飯田 愛", "上田 愛"))


def test_without_suggestions_it_says_what_would_bring_one(world: World) -> None:
    assert "検討中の提案はありません" in text_of(world.mei, "feedback", state="nonsense", page="x")


def test_a_suggestion_shows_its_evidence_and_asks_marketing(world: World, suggestion: Suggestion) -> None:
    text = text_of(world.mei, "suggestion", suggestion.pk)
    assert "3件中3件" in text and "採用してタスクを作成" in text and "偶然の可能性" in text
    assert "採用してタスクを作成" not in text_of(world.sato, "suggestion", suggestion.pk)


def test_who_sees_other_records_only_learns_how_many_there_are(world: World, suggestion: Suggestion) -> None:
    text = text_of(world.kato, "suggestion", suggestion.pk)
    assert "安達 愛" not in text and "ほかに3件あります" in text


def test_accepting_makes_a_task_that_leads_back(world: World, suggestion: Suggestion) -> None:
    posted = {"owner": world.mei.pk, "due_on": "2099-12-01", "note": "来場者を絞る"}
    answer = client_of(world.mei).post(reverse("suggestion_accept", args=[suggestion.pk]), posted, **HTMX)
    assert answer.headers["HX-Redirect"] == reverse("suggestion", args=[suggestion.pk])
    task = Task.objects.get(about_type="suggestion")
    assert (task.owner, task.about_id) == (world.mei, suggestion.pk)
    assert reverse("suggestion", args=[suggestion.pk]) in text_of(world.mei, "tasks")
    text = text_of(world.mei, "suggestion", suggestion.pk)
    assert "効果" in text and "件数が少なく判断できません" in text
    assert "対応中" in text_of(world.mei, "feedback", state="accepted")


def test_what_cannot_be_accepted_is_told_in_words(world: World, suggestion: Suggestion) -> None:
    client, path = client_of(world.mei), reverse("suggestion_accept", args=[suggestion.pk])
    assert "担当を選んで" in client.post(path, {}, **HTMX).content.decode()
    for day in ("2001-01-01", "明日", "9999-99-99"):
        answer = client.post(path, {"owner": world.mei.pk, "due_on": day}, **HTMX)
        assert "今日以降の日付" in answer.content.decode()
    assert client.post(path, {"owner": "999999"}).status_code == 404
    assert not Task.objects.filter(about_type="suggestion").exists()


def test_the_second_to_decide_is_told_who_was_first(world: World, suggestion: Suggestion) -> None:
    client_of(world.mei).post(reverse("suggestion_accept", args=[suggestion.pk]), {"owner": world.mei.pk})
    answer = client_of(world.tamura).post(
        reverse("suggestion_decline", args=[suggestion.pk]), {"reason": "想定どおり"}, **HTMX
    )
    assert answer.status_code == 409 and "林 芽衣さんがすでに採用しました" in answer.content.decode()


def test_a_declined_one_shows_why(world: World, suggestion: Suggestion) -> None:
    client_of(world.mei).post(reverse("suggestion_decline", args=[suggestion.pk]), {"reason": "来期の<準備>のため"})
    assert Suggestion.objects.get().state == SuggestionState.DECLINED
    assert "来期の&lt;準備&gt;のため" in text_of(world.mei, "feedback", state="declined")


def test_a_campaigns_panel_counts_with_the_people_behind(world: World, suggestion: Suggestion) -> None:
    text = text_of(world.mei, "feedback_panel", "campaign", world.campaign.pk)
    assert "営業から分かったこと" in text and "0/3" in text and "0〜56%" in text
    behind = text_of(world.mei, "feedback_words", "campaign", world.campaign.pk, kind="sent_back", key=suggestion.topic)
    assert all(name in behind for name in ("安達 愛", "飯田 愛", "上田 愛"))
    assert "表示できる声はありません" in text_of(
        world.mei, "feedback_words", "campaign", world.campaign.pk, kind="nonsense", before="1"
    )


def test_every_page_of_marketing_asks_for_its_panel(world: World) -> None:
    mailing = mailing_of(world)
    for name, pk, sort, about in (
        ("campaign", world.campaign.pk, "campaign", world.campaign.pk),
        ("segment", segment_of(world).pk, "segment", segment_of(world).pk),
        ("persona", persona_of(world).pk, "persona", persona_of(world).pk),
        ("page", page_of(world).pk, "page", page_of(world).pk),
        ("mail_message", mailing.message_id, "mail", mailing.message_id),
    ):
        path = reverse("feedback_panel", args=[sort, about])
        assert path in text_of(world.mei, name, pk), name
        assert "まだありません" in client_of(world.mei).get(path).content.decode(), name


def test_a_persona_shows_what_was_said_by_the_people_of_its_segment(world: World) -> None:
    persona = persona_of(world)
    note_need("納期を知りたい", kind="problem", by=world.sato, person=world.ada, words="いつ届きますか", area="納期")
    follow_feedback()
    text = text_of(world.mei, "feedback_panel", "persona", persona.pk)
    assert "納期" in text and "いつ届きますか" in text
    assert "いつ届きますか" in text_of(world.mei, "feedback_words", "persona", persona.pk)
    assert "いつ届きますか" not in text_of(world.kato, "feedback_panel", "persona", persona.pk)


def test_what_does_not_exist_has_no_panel(world: World) -> None:
    client = client_of(world.mei)
    for sort, pk in (("campaign", 999_999), ("nonsense", 1), ("mail", 999_999)):
        assert client.get(reverse("feedback_panel", args=[sort, pk])).status_code == 404
    assert client.get(reverse("feedback_voice", args=["person", world.ada.pk])).status_code == 404


def test_the_rep_sees_what_became_of_it(world: World, suggestion: Suggestion) -> None:
    text = text_of(world.sato, "feedback_mine")
    assert "秋の展示会" in text and "検討中" in text
    decline_suggestion(suggestion, by=world.mei, reason="来期の準備のため")
    assert "来期の準備のため" in text_of(world.sato, "feedback_mine")
    handoff = Handoff.objects.filter(state="sent_back")[0]
    assert "この声のその後" in text_of(world.sato, "feedback_voice", "handoff", handoff.pk)
    assert reverse("feedback_voice", args=["handoff", handoff.pk]) in text_of(world.sato, "handoff", handoff.pk)
    assert "まだ声がありません" in text_of(world.kato, "feedback_mine")


def test_a_lost_deal_shows_what_became_of_its_reason(world: World) -> None:
    lose_deal(world.deal, by=world.sato, reason=lost_reasons()[0], note="他社に決まった")
    follow_feedback()
    assert reverse("feedback_voice", args=["deal", world.deal.pk]) in text_of(world.sato, "deal", world.deal.pk)
    text = text_of(world.sato, "feedback_voice", "deal", world.deal.pk)
    assert "他社に決まった" in text and "まだ提案にはなっていません" in text


def test_one_person_among_many_costs_no_more_queries(world: World, django_assert_max_num_queries: object) -> None:
    rejected(leads_of(world.campaign, 6, owner=world.sato), by=world.sato, offered_by=world.mei)
    follow_feedback()
    client = client_of(world.sato)
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        client.get(reverse("feedback_mine"))
