"""The pages of the axle, as members use them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from tests.alignment.conftest import *  # noqa: F403

from ryorin.alignment.definitions.models import ReadyDefinition
from ryorin.alignment.definitions.queries import active
from ryorin.alignment.handoffs.actions import offer_handoff
from ryorin.alignment.handoffs.models import Handoff, RoutingRule, SendBackReason
from ryorin.alignment.scoring.models import ScoreRule
from ryorin.customers.people.models import Person
from ryorin.sales.deals.models import Deal
from ryorin.workspace.members.models import Member, Role, Scope, Team
from ryorin.workspace.organisation.models import Organisation

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def our_company(db: None) -> Organisation:
    return Organisation.objects.create(name="両輪商事株式会社")


@pytest.fixture
def handoff(ada: Person, mei: Member, sato: Member, in_turn: RoutingRule, make_ready: Callable[..., Person]) -> Handoff:
    return offer_handoff(make_ready(ada), by=mei, note="年度内に決めたいとのこと")


SignIn = Callable[[Member], Client]


def test_the_queue_shows_what_waits_for_me(signed_in: SignIn, sato: Member, handoff: Handoff) -> None:
    page = signed_in(sato).get(reverse("handoffs"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "安達 亜耶" in text and "年度内に決めたい" in text and "受け取る" in text


def test_the_queue_of_everybody_is_empty_at_first(signed_in: SignIn, mei: Member, axle: None) -> None:
    text = signed_in(mei).get(reverse("handoffs"), {"of": "nonsense"}).content.decode()
    assert "返事待ちの引き継ぎはありません" in text


def test_a_ready_lead_nobody_holds_stands_in_the_queue_with_why(
    signed_in: SignIn, mei: Member, axle: None, ada: Person, make_ready: Callable[..., Person]
) -> None:
    make_ready(ada)
    text = signed_in(mei).get(reverse("handoffs")).content.decode()
    assert "誰も受け持っていないリード" in text and "担当者が不在か、決まっていません" in text


def test_a_hand_off_page_tells_the_whole_story(signed_in: SignIn, sato: Member, handoff: Handoff) -> None:
    text = signed_in(sato).get(reverse("handoff", args=[handoff.pk])).content.decode()
    assert "料金ページを3回以上閲覧" in text and "約束：3営業時間以内" in text


def test_accepting_leads_to_the_deal(signed_in: SignIn, sato: Member, handoff: Handoff) -> None:
    answer = signed_in(sato).post(reverse("handoff_accept", args=[handoff.pk]), **HTMX)
    assert answer.headers["HX-Redirect"] == reverse("deal", args=[Deal.objects.get().pk])


def test_the_second_to_accept_is_told_so(signed_in: SignIn, sato: Member, tanaka: Member, handoff: Handoff) -> None:
    signed_in(sato).post(reverse("handoff_accept", args=[handoff.pk]))
    answer = signed_in(tanaka).post(reverse("handoff_accept", args=[handoff.pk]), **HTMX)
    assert (answer.status_code, answer.content.decode()) == (
        409,
        "この引き継ぎは、佐藤 健さんがすでに受け取りました。",
    )
    assert Deal.objects.count() == 1


def test_sending_back_asks_for_a_reason(
    signed_in: SignIn, sato: Member, handoff: Handoff, no_budget: SendBackReason
) -> None:
    client = signed_in(sato)
    url = reverse("handoff_send_back", args=[handoff.pk])
    assert "時期尚早" in client.get(url, **HTMX).content.decode()
    assert client.post(url, {"note": "?"}, **HTMX).status_code == 400
    assert client.post(url, {"reason": "none"}, **HTMX).status_code == 404
    assert client.post(url, {"reason": no_budget.pk, "note": "来期に"}, **HTMX).status_code == 204
    text = client.get(reverse("handoffs")).content.decode()
    assert "来期に" in text and "予算なし" in text


def test_a_person_is_offered_from_their_page(
    signed_in: SignIn, mei: Member, sato: Member, in_turn: RoutingRule, ada: Person
) -> None:
    client = signed_in(mei)
    url = reverse("handoff_offer", args=[ada.pk])
    assert "ルール「東日本」により佐藤 健さんへ渡します" in client.get(url, **HTMX).content.decode()
    assert client.post(url, {"note": "よろしく", "to": ""}, **HTMX).status_code == 204
    assert Handoff.objects.get().owner == sato
    again = client.post(url, {"to": f"m{sato.pk}"}, **HTMX)
    assert again.status_code == 409


def test_a_hand_off_is_passed_to_a_team(signed_in: SignIn, ono: Member, handoff: Handoff, east: Team) -> None:
    client = signed_in(ono)
    url = reverse("handoff_reassign", args=[handoff.pk])
    assert "担当変更" in client.get(url, **HTMX).content.decode()
    assert client.post(url, {"to": f"t{east.pk}", "version": "1"}, **HTMX).status_code == 204
    handoff.refresh_from_db()
    assert (handoff.owner, handoff.team) == (None, east)
    assert client.post(url, {"to": f"t{east.pk}", "version": "1"}, **HTMX).status_code == 409


def test_the_cards_on_the_person_page(signed_in: SignIn, sato: Member, handoff: Handoff, ada: Person) -> None:
    text = signed_in(sato).get(reverse("person_axle", args=[ada.pk])).content.decode()
    assert "引き継ぎの返事" in text and "理由を選んで差し戻す" in text and "+60" in text


def test_records_of_another_team_are_not_found(signed_in: SignIn, handoff: Handoff, ada: Person, sato: Member) -> None:
    ada.owner = sato
    ada.save()
    stranger = Member.objects.create_user("nishi@ryorin.example", family_name="西", role=Role.SALES, scope=Scope.OWN)
    client = signed_in(stranger)
    for name in ("handoff", "handoff_accept", "handoff_send_back", "handoff_reassign"):
        assert client.post(reverse(name, args=[handoff.pk]), **HTMX).status_code in (404, 405)
    assert client.get(reverse("person_axle", args=[ada.pk])).status_code == 404
    assert Handoff.objects.waiting().count() == 1


def test_the_definition_is_changed_by_both_sides(signed_in: SignIn, mei: Member, sato: Member, axle: None) -> None:
    form = {
        "about": "definition",
        "joint": "all",
        "b0r0-what": "f:score",
        "b0r0-op": "gte",
        "b0r0-value": "70",
        "note": "質を上げる",
    }
    marketer, seller = signed_in(mei), signed_in(sato)
    assert "スコアが50以上" in marketer.get(reverse("definition"), {"edit": "1"}).content.decode()
    assert marketer.post(reverse("definition_propose"), form).status_code == 302
    waiting = ReadyDefinition.objects.proposed().get()
    text = seller.get(reverse("definition")).content.decode()
    assert "スコアが70以上" in text and "合意する" in text
    seller.post(reverse("definition_agree", args=[waiting.pk]), {"side": "sales"})
    assert active() == waiting


def test_a_condition_that_is_wrong_is_shown_with_what_is_wrong(signed_in: SignIn, mei: Member, axle: None) -> None:
    form = {"about": "definition", "b0r0-what": "f:score", "b0r0-op": "gte", "b0r0-value": "たくさん"}
    page = signed_in(mei).post(reverse("definition_propose"), form)
    assert page.status_code == 422
    assert "数値を書いてください" in page.content.decode()


def test_the_preview_counts_people(signed_in: SignIn, mei: Member, axle: None, ada: Person) -> None:
    form = {"about": "score", "b0r0-what": "f:email", "b0r0-op": "filled"}
    text = signed_in(mei).post(reverse("condition_preview"), form, **HTMX).content.decode()
    assert "メールアドレスが入力済み" in text and "1人" in text


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"all": 3}', '{"field": "shoe"}', "x" * 200_000, '{"not":' * 60 + "1" + "}" * 60]
)
def test_nonsense_as_a_condition_is_answered_with_words(signed_in: SignIn, mei: Member, axle: None, text: str) -> None:
    client = signed_in(mei)
    page = client.post(reverse("condition_preview"), {"about": "score", "text": text}, **HTMX)
    assert page.status_code == 200 and 'role="alert"' in page.content.decode()
    form = {"label": "x", "points": "5", "about": "score", "text": text}
    assert client.post(reverse("score_rule_new"), form).status_code == 422


def test_rows_of_a_condition_are_added_and_removed(signed_in: SignIn, mei: Member, axle: None) -> None:
    client = signed_in(mei)
    form = {"about": "score", "b0r0-what": "d:page_view", "b0r0-times": "3", "b0r0-days": "30", "b0r0-url": "/pricing"}
    assert "b1r0-what" in client.post(reverse("condition_builder"), form | {"press": "block"}).content.decode()
    assert "b0r1-what" in client.post(reverse("condition_builder"), form | {"press": "row-0"}).content.decode()
    text = client.post(reverse("condition_builder"), form | {"press": "gone-0-0"}).content.decode()
    assert "/pricing" not in text and "b0r0-what" in text


def test_a_score_rule_is_written_changed_and_removed(signed_in: SignIn, mei: Member, axle: None) -> None:
    client = signed_in(mei)
    form = {
        "label": "東京・大阪の会社",
        "points": "12",
        "about": "score",
        "joint": "all",
        "b0r0-what": "f:prefecture",
        "b0r0-op": "in",
        "b0r0-value": ["13", "27"],
    }
    assert client.post(reverse("score_rule_new"), form).status_code == 302
    rule = ScoreRule.objects.get(label="東京・大阪の会社")
    assert rule.condition == {"all": [{"field": "prefecture", "op": "in", "value": ["13", "27"]}]}
    assert "東京都" in client.get(reverse("score_rule", args=[rule.pk])).content.decode()
    client.post(reverse("score_rule", args=[rule.pk]), form | {"points": "-5", "version": "1"})
    assert client.post(reverse("score_rule", args=[rule.pk]), form | {"version": "1"}).status_code == 409
    rule.refresh_from_db()
    assert rule.points == -5
    assert client.post(reverse("score_rule", args=[rule.pk]), form | {"points": "x"}).status_code in (409, 422)
    client.post(reverse("score_rule", args=[rule.pk]), {"active": "0"})
    client.post(reverse("score_rule_move", args=[rule.pk]), {"up": "1"})
    client.post(reverse("score_rule_delete", args=[rule.pk]))
    assert not ScoreRule.objects.filter(pk=rule.pk).exists()


def test_every_first_rule_can_be_drawn_as_rows(signed_in: SignIn, mei: Member, axle: None) -> None:
    client = signed_in(mei)
    for rule in ScoreRule.objects.all():
        text = client.get(reverse("score_rule", args=[rule.pk])).content.decode()
        assert "JSON" not in text and "b0r0-what" in text


def test_a_routing_rule_is_written_and_refused(signed_in: SignIn, ono: Member, axle: None, east: Team) -> None:
    client = signed_in(ono)
    form = {"name": "東日本", "how": "round_robin", "team_id": "", "member_id": "", "hours": "4", "about": "routing"}
    refused = client.post(reverse("routing_rule_new"), form)
    assert refused.status_code == 422 and "順番に渡すチームを選んでください" in refused.content.decode()
    assert client.post(reverse("routing_rule_new"), form | {"team_id": str(east.pk)}).status_code == 302
    text = client.get(reverse("routing")).content.decode()
    assert "営業一課で順番に" in text and "4営業時間以内" in text


def test_reasons_are_added_renamed_and_retired(signed_in: SignIn, ono: Member, no_budget: SendBackReason) -> None:
    client = signed_in(ono)
    client.post(reverse("send_back_reason_new"), {"name": "担当エリア外"})
    client.post(reverse("send_back_reason", args=[no_budget.pk]), {"active": "0"})
    assert client.post(reverse("send_back_reason_new"), {"name": "担当エリア外"}, **HTMX).status_code == 400
    no_budget.refresh_from_db()
    assert not no_budget.is_active
    assert SendBackReason.objects.filter(name="担当エリア外").exists()


@pytest.mark.parametrize("name", ["handoffs", "scoring", "definition"])
def test_read_only_members_see_but_change_nothing(signed_in: SignIn, axle: None, name: str) -> None:
    reader = Member.objects.create_user("reader@ryorin.example", family_name="読", role=Role.READ_ONLY)
    client = signed_in(reader)
    assert client.get(reverse(name)).status_code == 200
    for change in ("score_rule_new", "routing", "routing_rule_new"):
        assert client.get(reverse(change)).status_code == 403
    assert client.post(reverse("definition_propose"), {"about": "definition"}).status_code == 403
