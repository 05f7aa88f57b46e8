import json
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings
from tests.world import World

from ryorin.lib import clock
from ryorin.sales.deals.models import Pipeline
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.leases.models import Lease
from ryorin.workspace.members.models import Member, Role, Team
from ryorin.workspace.notifications.actions import notify
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.organisation.queries import current

FIRST = {
    "name": "両輪工業株式会社",
    "fiscal_start_month": "4",
    "currency": "JPY",
    "family_name": "木村",
    "given_name": "薫",
    "email": "kimura@ryorin.example",
    "password": "kazaguruma-mawaru",
    "again": "kazaguruma-mawaru",
}


def page(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, (answer.status_code, answer.content[:300])
    return answer.content.decode()


# The first run --------------------------------------------------------------------------------------------------------
def test_a_new_installation_leads_to_the_first_run_page(db: None, client: Client) -> None:
    assert client.get("/people/")["Location"] == "/welcome/"
    assert "Ryorin をはじめる" in page(client, "/welcome/")


def test_the_first_run_sets_up_the_company_and_signs_the_administrator_in(db: None, client: Client) -> None:
    answer = client.post("/welcome/", FIRST)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert current().name == "両輪工業株式会社"
    assert Pipeline.objects.get().stages.count() == 5
    assert client.get("/settings/").status_code == 200


def test_the_first_run_happens_once(world: World, client: Client) -> None:
    assert client.get("/welcome/")["Location"] == "/"
    assert client.post("/welcome/", FIRST)["Location"] == "/"
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("again", "something else", "2つのパスワードが一致しません。"),
        ("password", "password", "このパスワードは使えません"),
        ("email", "nobody", "メールアドレス"),
        ("name", " ", "会社名"),
    ],
)
def test_a_first_run_filled_in_wrongly_says_what_and_keeps_nothing(
    db: None, client: Client, field: str, value: str, said: str
) -> None:
    both = {"password": value, "again": value} if field == "password" else {field: value}
    answer = client.post("/welcome/", FIRST | both)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Organisation.objects.exists()
    assert not Member.objects.exists()


# The company ----------------------------------------------------------------------------------------------------------
def company_form(organisation: Organisation, **changes: str) -> dict[str, str]:
    return {
        "name": organisation.name,
        "fiscal_start_month": "4",
        "tax_rounding": "down",
        "time_zone": "Asia/Tokyo",
        "opens_hour": "9",
        "closes_hour": "18",
        "version": "1",
        **changes,
    }


def test_an_administrator_changes_the_company(world: World, client: Client) -> None:
    client.force_login(world.kimura)
    answer = client.post("/settings/", company_form(world.organisation, name="両輪精機株式会社", postal_code="1000001"))
    assert answer.status_code == 302
    assert (current().name, current().prefecture, current().version) == ("両輪精機株式会社", "13", 2)


def test_a_wrong_corporate_number_is_shown_beside_its_field(world: World, client: Client) -> None:
    client.force_login(world.kimura)
    answer = client.post("/settings/", company_form(world.organisation, corporate_number="7010001008843"))
    assert answer.status_code == 400
    assert "id_corporate_number-error" in answer.content.decode()


def test_who_saves_over_somebody_elses_change_is_told_and_may_then_decide(world: World, client: Client) -> None:
    client.force_login(world.kimura)
    client.post("/settings/", company_form(world.organisation, name="先の変更"))
    answer = client.post("/settings/", company_form(world.organisation, name="後の変更"))
    assert answer.status_code == 400
    told = answer.content.decode()
    assert "ほかの人が先に更新しました" in told
    assert 'value="後の変更"' in told
    assert current().name == "先の変更"
    client.post("/settings/", company_form(world.organisation, name="後の変更", version="2"))
    assert current().name == "後の変更"


def test_a_postal_code_fills_in_prefecture_and_address(world: World, client: Client) -> None:
    client.force_login(world.kimura)
    found = page(client, "/settings/place/", postal_code="1000001", prefecture="", address="")
    assert '<option value="13" selected>東京都</option>' in found
    assert 'value="千代田区千代田"' in found


def test_a_manager_reads_the_company_but_does_not_change_it(world: World, client: Client) -> None:
    client.force_login(world.tamura)
    assert "変更できるのは管理者だけです。" in page(client, "/settings/")
    assert client.post("/settings/", company_form(world.organisation)).status_code == 403


# Members and teams ----------------------------------------------------------------------------------------------------
NEW = {
    "family_name": "小林",
    "given_name": "優",
    "email": "kobayashi@ryorin.example",
    "role": "sales",
    "scope": "all",
    "language": "ja",
}


def test_an_invited_member_signs_in_with_the_password_shown_once_and_must_choose_another(
    world: World, client: Client
) -> None:
    client.force_login(world.kimura)
    answer = client.post("/settings/members/new/", NEW)
    password = answer.context["password"]
    assert password in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]

    newcomer = Client()
    newcomer.post("/accounts/login/", {"login": NEW["email"], "password": password})
    assert newcomer.get("/people/")["Location"] == "/accounts/password/change/"
    newcomer.post(
        "/accounts/password/change/",
        {"oldpassword": password, "password1": "kazaguruma-mawaru", "password2": "kazaguruma-mawaru"},
    )
    assert newcomer.get("/notifications/").status_code == 200
    assert not Member.objects.get(email=NEW["email"]).has_one_time_password
    assert AuditEntry.objects.filter(action="password_changed").exists()


def test_an_address_already_taken_is_said_on_the_form(world: World, client: Client) -> None:
    client.force_login(world.kimura)
    answer = client.post("/settings/members/new/", NEW | {"email": "sato@ryorin.example"})
    assert "すでに登録されています" in answer.content.decode()
    assert answer.status_code == 400


def test_a_member_is_changed_on_their_page(world: World, client: Client) -> None:
    client.force_login(world.kimura)
    form = {
        "family_name": "佐藤",
        "given_name": "健",
        "email": "sato@ryorin.example",
        "role": "manager",
        "scope": "team",
        "language": "ja",
        "team": str(world.osaka.pk),
        "version": "1",
    }
    assert client.post(f"/settings/members/{world.sato.pk}/", form).status_code == 302
    sato = Member.objects.get(pk=world.sato.pk)
    assert (sato.role, sato.scope, sato.team) == (Role.MANAGER, "team", world.osaka)


def test_a_deactivated_member_is_out_at_once(world: World, client: Client) -> None:
    theirs = Client()
    theirs.force_login(world.sato)
    assert theirs.get("/notifications/").status_code == 200
    client.force_login(world.kimura)
    client.post(f"/settings/members/{world.sato.pk}/deactivate/")
    assert theirs.get("/notifications/").status_code == 302
    client.post(f"/settings/members/{world.sato.pk}/reactivate/")
    assert Member.objects.get(pk=world.sato.pk).is_active


def test_a_new_one_time_password_ends_every_session(world: World, client: Client) -> None:
    theirs = Client()
    theirs.force_login(world.sato)
    client.force_login(world.kimura)
    answer = client.post(f"/settings/members/{world.sato.pk}/password/", headers={"HX-Request": "true"})
    assert Member.objects.get(pk=world.sato.pk).check_password(answer.context["password"])
    assert "仮パスワード" in answer.content.decode()
    assert theirs.get("/notifications/").status_code == 302


def test_the_list_of_members_shows_who_is_away_and_who_left(world: World, client: Client) -> None:
    Member.objects.filter(pk=world.mei.pk).update(away_until=clock.today() + timedelta(days=3))
    Member.objects.filter(pk=world.kato.pk).update(is_active=False)
    client.force_login(world.kimura)
    shown = page(client, "/settings/members/")
    assert "まで不在" in shown
    assert "停止中" in shown


def test_teams_are_founded_renamed_and_deleted(world: World, client: Client) -> None:
    client.force_login(world.kimura)
    client.post("/settings/teams/", {"name": "名古屋営業"})
    team = Team.objects.get(name="名古屋営業")
    client.post(f"/settings/teams/{team.pk}/", {"name": "中部営業"})
    assert "中部営業" in page(client, "/settings/teams/")
    client.post(f"/settings/teams/{team.pk}/delete/")
    assert not Team.objects.filter(pk=team.pk).exists()
    assert client.post("/settings/teams/", {"name": "東京営業"}).status_code == 400
    assert client.post(f"/settings/teams/{world.tokyo.pk}/delete/").status_code == 409


def test_members_change_their_own_profile_and_language(world: World, client: Client) -> None:
    client.force_login(world.sato)
    form = {"family_name": "佐藤", "given_name": "賢", "language": "ja", "away_until": "2026-12-01", "version": "1"}
    assert client.post("/profile/", form).status_code == 302
    assert Member.objects.get(pk=world.sato.pk).name == "佐藤 賢"
    answer = client.post("/language/", {"language": "en", "next": "/profile/"})
    assert answer["Location"] == "/profile/"
    assert Member.objects.get(pk=world.sato.pk).language == "en"


def test_the_language_switch_leads_nowhere_else(client: Client, db: None) -> None:
    answer = client.post("/language/", {"language": "en", "next": "//evil.example/"})
    assert answer["Location"] == "/"
    assert answer.cookies["django_language"].value == "en"
    assert client.post("/language/", {"language": "xx"}).status_code == 302


# The trail ------------------------------------------------------------------------------------------------------------
def test_the_audit_page_says_who_changed_what_in_words(world: World, client: Client) -> None:
    client.force_login(world.kimura)
    client.post("/settings/", company_form(world.organisation, name="両輪精機株式会社", tax_rounding="half_up"))
    shown = page(client, "/settings/audit/")
    assert "会社の設定" in shown
    assert "消費税の端数" in shown
    assert "切り捨て" in shown
    assert "四捨五入" in shown
    assert f'href="/settings/members/{world.kimura.pk}/"' not in shown


def test_the_audit_page_is_narrowed_by_record_member_action_and_day(world: World, client: Client) -> None:
    client.force_login(world.kimura)
    assert "検査ラインの更新" in page(client, "/settings/audit/", type="deal", id=str(world.deal.pk))
    by_sato = page(client, "/settings/audit/", by=str(world.sato.pk))
    assert "検査ラインの更新" in by_sato
    assert "秋の展示会" not in by_sato
    assert "秋の展示会" in page(client, "/settings/audit/", action="campaign_created")
    today = clock.today().isoformat()
    assert "秋の展示会" in page(client, "/settings/audit/", since=today, until=today, type="campaign")
    assert "記録がありません" in page(client, "/settings/audit/", until="2020-01-01")
    assert "記録がありません" in page(client, "/settings/audit/", by="0", action="deal_opened")


def test_nonsense_in_the_address_of_the_audit_page_does_no_harm(world: World, client: Client) -> None:
    client.force_login(world.kimura)
    query = {"id": "9" * 40, "by": "x", "type": "y", "since": "9999-12-31", "until": "0001-01-01", "before": "-1"}
    page(client, "/settings/audit/", **query)
    page(client, "/settings/audit/", until="9999-12-31", since="0001-01-01")


def test_the_audit_page_turns_page_by_page(world: World, client: Client) -> None:
    client.force_login(world.kimura)
    for number in range(60):
        client.post("/settings/teams/", {"name": f"第{number}班"})
    first = client.get("/settings/audit/", {"action": "team_added"})
    assert len(first.context["lines"]) == 50
    rest = client.get("/settings/audit/", {"action": "team_added", "before": first.context["next_before"]})
    assert len(rest.context["lines"]) == 10


def test_the_chain_is_verified_on_request(world: World, client: Client) -> None:
    client.force_login(world.kimura)
    assert "書き換えられていません" in client.post("/settings/audit/verify/").content.decode()
    AuditEntry.objects.filter(action="deal_opened").update(changes="{}")
    assert "書き換えられたか、失われています" in client.post("/settings/audit/verify/").content.decode()


# Notifications --------------------------------------------------------------------------------------------------------
def test_notifications_are_read_by_opening_them(world: World, client: Client) -> None:
    notify([world.mei], kind="handoff", text="安達 栄太 様が差し戻されました", url="/people/1/")
    client.force_login(world.mei)
    assert "安達 栄太 様が差し戻されました" in page(client, "/notifications/latest/")
    told = world.mei.notifications.latest("pk")
    assert client.get(f"/notifications/{told.pk}/")["Location"] == "/people/1/"
    told.refresh_from_db()
    assert told.read_at is not None


def test_a_notification_of_somebody_else_is_not_found(world: World, client: Client) -> None:
    notify([world.mei], kind="handoff", text="秘密")
    client.force_login(world.sato)
    assert client.get(f"/notifications/{world.mei.notifications.latest('pk').pk}/").status_code == 404
    assert "秘密" not in page(client, "/notifications/")


def test_a_notification_never_leads_out_of_the_house(world: World, client: Client) -> None:
    notify([world.mei], kind="handoff", text="外へ", url="//evil.example/")
    client.force_login(world.mei)
    assert client.get(f"/notifications/{world.mei.notifications.latest('pk').pk}/")["Location"] == "/notifications/"


def test_all_notifications_are_marked_read_at_once(world: World, client: Client) -> None:
    notify([world.ono] * 60, kind="x", text="知らせ")
    client.force_login(world.ono)
    first = client.get("/notifications/")
    assert len(first.context["rows"]) == 50
    assert len(client.get("/notifications/", {"before": first.context["next_before"]}).context["rows"]) == 10
    client.post("/notifications/read/")
    assert "未読はありません" in page(client, "/notifications/", show="unread")


# The machine ----------------------------------------------------------------------------------------------------------
def test_the_system_page_says_whether_the_worker_works_and_what_failed(world: World, client: Client) -> None:
    client.force_login(world.kimura)
    assert "ワーカーが動いていません" in page(client, "/settings/system/")
    until = clock.now() + timedelta(minutes=1)
    Lease.objects.create(name="duty:drain", holder="here:1", until=until, last_done_at=clock.now())
    Lease.objects.create(name="duty:publish", holder="here:1", until=until, last_error="DiskFull: no room")
    shown = page(client, "/settings/system/")
    assert "ワーカーが動いていません" not in shown
    assert "DiskFull: no room" in shown


def test_health_tells_a_monitor_about_database_and_worker(db: None, client: Client) -> None:
    Lease.objects.create(
        name="duty:drain", holder="here:1", until=clock.now() + timedelta(minutes=1), last_error="password=1234"
    )
    answer = client.get("/health")
    assert json.loads(answer.content) == {
        "ok": True,
        "database": answer.json()["database"],
        "worker": {"running": True, "failing": ["drain"]},
    }


# The website ----------------------------------------------------------------------------------------------------------
def test_the_tag_the_sites_and_what_is_sent_are_shown_to_marketing(
    world: World, client: Client, settings: Settings
) -> None:
    settings.SITES = ["https://www.acme.example"]
    client.force_login(world.mei)
    text = page(client, "/settings/website/")
    assert "&lt;script src=&quot;http://testserver/r.js&quot; defer&gt;" in text.replace('"', "&quot;")
    assert "https://www.acme.example" in text
    assert f"送信先：{world.organisation.name}（testserver）" in text
    assert "&lt;/body&gt;" in text
    assert "ryorin import-log" in text
