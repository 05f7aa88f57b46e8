"""The inbox, the page of a request, the routes in settings, petitions, stand-ins: by their pages."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.world import World

from ryorin.lib import clock
from ryorin.workspace.approvals.actions import add_proxy, approve, create_route
from ryorin.workspace.approvals.models import Approval, ApprovalState, Proxy, Quorum, Route, Step, Who
from ryorin.workspace.approvals.queries import waiting_count
from ryorin.workspace.approvals.rules import Stage
from ryorin.workspace.members.actions import deactivate_member
from ryorin.workspace.members.models import Level, Member, Team
from ryorin.workspace.petitions.actions import ask_for_approval, change_petition, create_petition
from ryorin.workspace.petitions.models import Petition


@pytest.fixture
def route(world: World) -> Route:
    """Tamura first, then Kimura."""
    stages = [Stage(name=name, who=Who.MEMBERS, member_ids=(member.pk,)) for name, member in decides(world)]
    return create_route("petition", name="標準", stages=stages, by=None)


@pytest.fixture
def petition(world: World, route: Route) -> Petition:
    return create_petition(
        by=world.sato,
        title="検査カメラの購入",
        category="purchase",
        amount=1_200_000,
        text="検査の人手を半分にします。",
    )


@pytest.fixture
def approval(world: World, petition: Petition) -> Approval:
    found = ask_for_approval(petition, by=world.sato, note="年度内に必要です")
    assert found is not None
    return found


def decides(world: World) -> list[tuple[str, Member]]:
    return [("課長", world.tamura), ("部長", world.kimura)]


def page(client: Client, member: Member, path: str) -> str:
    client.force_login(member)
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_request_waits_in_the_inbox_and_is_approved_from_its_page(
    client: Client, world: World, approval: Approval
) -> None:
    inbox = page(client, world.tamura, "/approvals/")
    assert "検査カメラの購入" in inbox and "¥1,200,000" in inbox
    shown = page(client, world.tamura, f"/approvals/{approval.pk}/")
    assert "承認する" in shown and "年度内に必要です" in shown and "検査の人手を半分にします。" in shown
    seat = approval.turns.get(position=1).seats.get()
    answer = client.post(f"/approvals/{approval.pk}/approve/", {"seat": seat.pk, "comment": "必要です"})
    assert (answer.status_code, answer["Location"]) == (302, f"/approvals/{approval.pk}/")
    assert "承認待ちの申請はありません" in page(client, world.tamura, "/approvals/")
    assert "検査カメラの購入" in page(client, world.kimura, "/approvals/")
    assert "必要です" in page(client, world.tamura, "/approvals/?tab=done")


def test_only_the_one_whose_turn_it_is_sees_the_buttons(client: Client, world: World, approval: Approval) -> None:
    path = f"/approvals/{approval.pk}/"
    for member, sees in ((world.sato, False), (world.kimura, False), (world.tamura, True)):
        assert ("承認する</button>" in page(client, member, path)) is sees
    client.force_login(world.kimura)
    answer = client.post(f"{path}approve/")
    assert answer.status_code == 403 and "田村 葵さんの承認待ち" in answer.content.decode()
    client.force_login(world.sato)
    assert client.post(f"{path}approve/").status_code == 403


def test_sending_back_needs_a_reason_and_shows_it_on_the_document(
    client: Client, world: World, approval: Approval, petition: Petition
) -> None:
    client.force_login(world.tamura)
    path = f"/approvals/{approval.pk}/send-back/"
    assert client.post(path, {"comment": ""}).status_code == 400
    client.post(path, {"comment": "相見積もりを付けてください", "next": f"/petitions/{petition.pk}/"})
    shown = page(client, world.sato, f"/petitions/{petition.pk}/")
    assert "相見積もりを付けてください" in shown and "再申請する" in shown


def test_a_changed_petition_is_asked_for_again(client: Client, world: World, approval: Approval) -> None:
    client.force_login(world.sato)
    path = f"/petitions/{approval.subject_id}/"
    edited = {"title": "検査カメラの購入", "category": "purchase", "amount": "900000", "text": "", "version": 1}
    assert client.post(f"{path}edit/", edited).status_code == 302
    approval.refresh_from_db()
    assert approval.state == ApprovalState.WITHDRAWN
    assert client.post(f"{path}request/", {"note": "値引きを得ました"}).status_code == 302
    assert Approval.objects.waiting().get().facts["amount"] == 900_000
    stale = client.post(f"{path}edit/", edited | {"title": "別の内容"})
    assert stale.status_code == 400 and "ほかの人が先に更新しました" in stale.content.decode()


def test_several_are_approved_at_once_and_the_others_are_named(
    client: Client, world: World, approval: Approval
) -> None:
    other = create_petition(by=world.sato, title="出張", category="personnel")
    second = ask_for_approval(other, by=world.sato)
    assert second is not None
    seats = [f"{one.pk}:{one.turns.get(position=1).seats.get().pk}" for one in (approval, second)]
    approve(second, by=world.tamura)
    client.force_login(world.tamura)
    answer = client.post("/approvals/approve/", {"ids": [*seats, "nonsense", "99999:1", "1:" + "9" * 60]}, follow=True)
    told = [str(message) for message in answer.context["messages"]]
    assert told == ["1件を承認しました。", "「出張」：この段はすでに回答済みです。最新の内容を確かめてください。"]
    assert waiting_count(world.kimura) == 2


def test_taking_a_request_back_and_re_routing_it(client: Client, world: World, approval: Approval) -> None:
    client.force_login(world.kimura)
    form = {"members": [world.mei.pk], "reason": "田村が出張のため", "version": approval.version}
    assert client.post(f"/approvals/{approval.pk}/reroute/", form).status_code == 302
    assert "検査カメラの購入" in page(client, world.mei, "/approvals/")
    client.force_login(world.kimura)
    assert client.post(f"/approvals/{approval.pk}/reroute/", form).status_code == 409
    client.force_login(world.sato)
    client.post(f"/approvals/{approval.pk}/withdraw/")
    approval.refresh_from_db()
    assert approval.state == ApprovalState.WITHDRAWN


def test_a_decider_who_left_is_told_on_the_page(client: Client, world: World, approval: Approval) -> None:
    deactivate_member(world.tamura, by=world.kimura)
    assert "承認者の田村 葵さんは、利用を停止されています" in page(client, world.sato, f"/approvals/{approval.pk}/")


def test_a_missing_superior_is_told_before_asking(client: Client, world: World, route: Route) -> None:
    Step.objects.filter(route=route, position=1).update(who=Who.SUPERIOR)
    petition = create_petition(by=world.sato, title="出張", category="personnel")
    shown = page(client, world.sato, f"/petitions/{petition.pk}/")
    assert "佐藤 健さんの上長が決まっていません。管理者が「メンバー」で上長を選んでください。" in shown
    assert "承認を申請する" not in shown
    assert client.post(f"/petitions/{petition.pk}/request/").status_code == 409


def test_a_petition_with_a_file_is_written_and_its_file_handed_out(client: Client, world: World, route: Route) -> None:
    client.force_login(world.sato)
    file = SimpleUploadedFile("見積.txt", "検査カメラ 1台".encode())
    form = {"title": "カメラ", "category": "purchase", "amount": "", "text": "要ります", "attachments": [file]}
    answer = client.post("/petitions/new/", form)
    assert answer.status_code == 302
    petition = Petition.objects.get()
    got = client.get(f"/petitions/{petition.pk}/files/{petition.files.get().pk}/")
    assert got.content.decode() == "検査カメラ 1台" and "attachment" in got["Content-Disposition"]
    client.force_login(world.mei)
    assert client.get(f"/petitions/{petition.pk}/files/{petition.files.get().pk}/").status_code == 404


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"title": ""}, "入力内容を確かめてください"),
        ({"amount": "9" * 40}, "入力内容を確かめてください"),
        ({"amount": "-1"}, "入力内容を確かめてください"),
        ({"text": "あ" * 20_001}, "入力内容を確かめてください"),
        ({"category": "nonsense"}, "入力内容を確かめてください"),
        ({"title": "a\0b"}, "入力内容を確かめてください"),
    ],
)
def test_bad_petitions_are_told_and_nothing_is_kept(
    client: Client, world: World, form: dict[str, str], told: str
) -> None:
    client.force_login(world.sato)
    answer = client.post("/petitions/new/", {"title": "出張", "category": "personnel", "amount": "", "text": ""} | form)
    assert answer.status_code == 400 and told in answer.content.decode()
    assert not Petition.objects.exists()


def test_a_stand_in_is_named_on_the_profile_page(client: Client, world: World, approval: Approval) -> None:
    client.force_login(world.tamura)
    today = clock.today()
    form = {
        "stand_in": world.mei.pk,
        "from": str(today),
        "until": str(today + timedelta(days=3)),
        "kinds": ["petition"],
    }
    assert client.post("/profile/proxies/", form).status_code == 302
    assert "林 芽衣" in page(client, world.tamura, "/profile/")
    assert "田村 葵さんの代理" in page(client, world.mei, "/approvals/")
    assert "田村 葵さんの代理として判断します" in page(client, world.mei, f"/approvals/{approval.pk}/")
    client.force_login(world.tamura)
    client.post(f"/profile/proxies/{Proxy.objects.get().pk}/end/")
    assert "検査カメラの購入" not in page(client, world.mei, "/approvals/")
    bad = client.post("/profile/proxies/", {"stand_in": world.mei.pk, "from": "いつか"})
    assert bad.status_code == 400


def test_what_was_decided_over_ones_head_is_reviewed(client: Client, world: World, approval: Approval) -> None:
    Member.objects.filter(pk=world.tamura.pk).update(away_until=clock.today())
    assert "先に判断できる申請" in page(client, world.kimura, "/approvals/")
    client.post(f"/approvals/{approval.pk}/approve/", {"comment": "急ぎのため"})
    assert "後閲する申請" in page(client, world.tamura, "/approvals/")
    client.post(f"/approvals/{approval.pk}/review/", {"comment": "承知しました"})
    assert "後閲する申請" not in page(client, world.tamura, "/approvals/")


def test_a_route_is_made_without_code_and_tried(client: Client, world: World) -> None:
    Member.objects.filter(pk=world.tamura.pk).update(level=Level.SECTION_HEAD)
    Team.objects.filter(pk=world.tokyo.pk).update(head=world.tamura)
    client.force_login(world.kimura)
    form = {
        "name": "100万円以上",
        "joint": "all",
        "b0r0-what": "f:amount",
        "b0r0-op": "gte",
        "b0r0-value": "1,000,000",
        "starts_on": "2026-04-01",
        "ends_on": "",
        "s0-who": "superior",
        "s0-hours": "8",
        "s1-who": "members",
        "s1-members": [world.mei.pk, world.kimura.pk],
        "s1-quorum": "all",
        "s1-name": "合議",
        "kind": "petition",
    }
    tried = {"try_requester": world.sato.pk, "try-amount": "1,500,000"}
    shown = client.post("/settings/approval-routes/try/", form | tried).content.decode()
    assert "このルートに当てはまります" in shown and "田村" in shown and "全員の承認が必要" in shown
    assert client.post("/settings/approval-routes/new/", form).status_code == 302
    route = Route.objects.get()
    assert route.condition == {"all": [{"field": "amount", "op": "gte", "value": 1_000_000}]}
    assert [(step.who, step.quorum, step.hours) for step in route.steps.all()] == [
        ("superior", Quorum.ANY, 8),
        ("members", Quorum.ALL, 0),
    ]
    listed = page(client, world.kimura, "/settings/approval-routes/?kind=petition")
    assert "金額が¥1,000,000以上" in listed and "林 芽衣" in listed
    tried |= {"kind": "petition"}
    assert "「<b>100万円以上</b>」で承認します" in client.post("/settings/approval-routes/try/", tried).content.decode()
    tried["try-amount"] = "10"
    assert "承認不要" in client.post("/settings/approval-routes/try/", tried).content.decode()


def test_a_route_is_changed_stopped_moved_and_removed(client: Client, world: World, route: Route) -> None:
    client.force_login(world.kimura)
    path = f"/settings/approval-routes/{route.pk}/"
    assert "標準" in client.get(path).content.decode()
    form = {"name": "標準", "joint": "all", "s0-who": "role", "s0-role": "manager", "version": 1}
    assert client.post(path, form).status_code == 302
    assert client.post(path, form).status_code == 409  # somebody else was first
    bad = client.post(path, form | {"name": " ", "version": 2})
    assert bad.status_code == 422 and "ルート名を入力してください" in bad.content.decode()
    assert client.post(path, form | {"starts_on": "いつか", "version": 2}).status_code == 422
    client.post(path, {"active": "0"})
    route.refresh_from_db()
    assert (route.is_active, route.steps.get().role) == (False, "manager")
    client.post(f"{path}move/", {"up": "1"})
    client.post(f"{path}delete/")
    assert not Route.objects.exists()


def test_steps_are_added_moved_and_taken_off_while_editing(client: Client, world: World) -> None:
    client.force_login(world.kimura)
    path, form = "/settings/approval-routes/steps/", {"s0-who": "superior", "s1-who": "level", "s1-level": "3"}
    assert client.post(path, form | {"press": "step"}).content.decode().count('class="step-card"') == 3
    assert client.post(path, form | {"press": "gone-0"}).content.decode().count('class="step-card"') == 1
    moved = client.post(path, form | {"press": "up-1"}).content.decode()
    assert '<option value="level" selected>' in moved.split("2段目")[0]
    assert client.post(path, {"press": "gone-99", "s0-who": "x" * 999}).status_code == 200


def test_the_pages_of_many_requests_cost_as_many_queries_as_those_of_one(
    client: Client, world: World, approval: Approval
) -> None:
    add_proxy(world.tamura, by=world.tamura, stand_in=world.mei)
    few = [queries_of(client, member, path) for member, path in pages(world, approval)]
    for number in range(30):
        ask_for_approval(create_petition(by=world.sato, title=f"稟議{number}", category="other"), by=world.sato)
    assert [queries_of(client, member, path) for member, path in pages(world, approval)] == few
    assert max(few) < 60


def pages(world: World, approval: Approval) -> list[tuple[Member, str]]:
    paths = [(world.tamura, "/approvals/"), (world.sato, "/approvals/?tab=requests"), (world.sato, "/petitions/")]
    return [*paths, (world.tamura, f"/approvals/{approval.pk}/"), (world.sato, f"/petitions/{approval.subject_id}/")]


def queries_of(client: Client, member: Member, path: str) -> int:
    client.force_login(member)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def test_the_list_goes_on_below_fifty(client: Client, world: World, route: Route) -> None:
    for number in range(53):
        ask_for_approval(create_petition(by=world.sato, title=f"稟議{number:02}", category="other"), by=world.sato)
    first = page(client, world.tamura, "/approvals/")
    assert "稟議52" in first and "稟議03" in first and "稟議02" not in first
    last = Approval.objects.get(title="稟議03").pk
    second = page(client, world.tamura, f"/approvals/?tab=waiting&before={last}")
    assert "稟議02" in second and "稟議03" not in second
    assert client.get("/approvals/?before=" + "9" * 40).status_code == 200


def test_the_side_bar_counts_what_waits(client: Client, world: World, approval: Approval) -> None:
    shown = page(client, world.tamura, "/tasks")
    assert (
        'href="/approvals/"' in shown and '<span class="count">1</span>' in shown.split('href="/approvals/"')[1][:200]
    )


def test_a_member_has_a_level_and_a_superior(client: Client, world: World) -> None:
    client.force_login(world.kimura)
    form = {"family_name": "佐藤", "given_name": "健", "email": world.sato.email, "role": "sales", "scope": "all"}
    form |= {"language": "ja", "level": "2", "superior": str(world.tamura.pk), "version": str(world.sato.version)}
    assert client.post(f"/settings/members/{world.sato.pk}/", form).status_code == 302
    sato = Member.objects.get(pk=world.sato.pk)
    assert (sato.level, sato.superior) == (Level.SECTION_HEAD, world.tamura)
    form |= {"email": world.tamura.email, "family_name": "田村", "role": "manager", "superior": str(world.sato.pk)}
    answer = client.post(f"/settings/members/{world.tamura.pk}/", form | {"version": str(world.tamura.version)})
    assert answer.status_code == 400 and "一回りしてしまいます" in answer.content.decode()
    client.post(f"/settings/teams/{world.tokyo.pk}/", {"head": world.tamura.pk})
    assert Team.objects.get(pk=world.tokyo.pk).head == world.tamura


def test_a_changed_petition_keeps_the_files_that_are_not_taken_off(world: World, petition: Petition) -> None:
    first = change_petition(
        petition, by=world.sato, version=1, title="カメラ", category="purchase", attachments=[("a.txt", b"a")]
    )
    kept = first.files.get()
    second = change_petition(
        first,
        by=world.sato,
        version=2,
        title="カメラ",
        category="purchase",
        attachments=[("b.txt", b"b")],
        without=[kept.pk],
    )
    assert [file.name for file in second.files.all()] == ["b.txt"]


def test_every_request_one_may_see_is_listed_and_narrowed(client: Client, world: World, approval: Approval) -> None:
    assert "検査カメラの購入" in page(client, world.tamura, "/approvals/all/")
    narrowed = '/approvals/all/?f={"field":"state","op":"is","value":"denied"}'
    assert "検査カメラの購入" not in page(client, world.tamura, narrowed)
    assert "検査カメラの購入" not in page(client, world.kato, "/approvals/all/")
