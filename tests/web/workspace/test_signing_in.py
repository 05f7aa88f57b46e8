import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from tests.world import PASSWORD, World

from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.models import Member

LOGIN = "/accounts/login/?next=/profile/"


@pytest.fixture(autouse=True)
def nobody_has_tried(db: None) -> None:
    cache.clear()


def sign_in(client: Client, member: Member, password: str = PASSWORD) -> str:
    answer = client.post(LOGIN, {"login": member.email, "password": password, "next": "/profile/"})
    return answer.get("Location", "")


def problem(client: Client, email: str, password: str, ip: str = "127.0.0.1") -> str:
    answer = client.post(LOGIN, {"login": email, "password": password}, REMOTE_ADDR=ip)
    return " ".join(answer.context["form"].non_field_errors()) if answer.context else ""


def enrolment_of(client: Client, member: Member) -> str:
    """Return the secret shown to a member who has just given the password once more."""
    sign_in(client, member)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = str(client.session["mfa.totp.secret"])
    assert secret in page
    return secret


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_members_sign_in_with_their_password_and_the_trail_knows(world: World, client: Client) -> None:
    assert sign_in(client, world.sato) == "/profile/"
    assert client.get("/profile/").status_code == 200
    assert AuditEntry.objects.filter(action="member_signed_in", actor_id=world.sato.pk).count() == 1


def test_a_stranger_is_led_to_the_sign_in_and_back_to_the_page_with_its_filter(world: World, client: Client) -> None:
    answer = client.get("/people/?q=Acme&sort=name")
    assert answer["Location"] == "/accounts/login/?next=%2Fpeople%2F%3Fq%3DAcme%26sort%3Dname"
    assert client.get(answer["Location"]).status_code == 200


def test_a_fragment_for_a_stranger_sends_the_whole_page_to_the_sign_in(world: World, client: Client) -> None:
    answer = client.get("/notifications/latest/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/login/")


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(world: World, client: Client) -> None:
    known = problem(client, "sato@ryorin.example", "wrong")
    assert known
    assert known == problem(client, "nobody@ryorin.example", "wrong")


def test_twenty_wrong_passwords_are_throttled_and_then_the_right_one_waits_too(world: World, client: Client) -> None:
    told = [problem(client, "sato@ryorin.example", f"wrong-{number}") for number in range(20)]
    assert told[0] != told[-1]
    assert len(set(told)) == 2
    assert problem(client, "sato@ryorin.example", PASSWORD) == told[-1]


def test_throttling_tells_nobody_whether_the_account_exists(world: World, client: Client) -> None:
    known = [problem(client, "sato@ryorin.example", "wrong", ip="10.0.0.1") for _each in range(8)]
    unknown = [problem(client, "nobody@ryorin.example", "wrong", ip="10.0.0.2") for _each in range(8)]
    assert known == unknown


def test_one_account_is_throttled_from_many_addresses(world: World, client: Client) -> None:
    told = [problem(client, "sato@ryorin.example", "wrong", ip=f"10.0.0.{number}") for number in range(1, 9)]
    assert told[0] != told[-1]


def test_others_sign_in_while_one_account_is_throttled(world: World, client: Client) -> None:
    for _each in range(8):
        problem(client, "sato@ryorin.example", "wrong", ip="10.0.0.1")
    assert sign_in(Client(), world.mei) == "/profile/"


def test_an_inactive_member_gets_the_same_answer_as_a_stranger(world: World, client: Client) -> None:
    Member.objects.filter(pk=world.sato.pk).update(is_active=False)
    assert problem(client, "sato@ryorin.example", "wrong") == problem(client, "nobody@ryorin.example", "wrong")
    sign_in(client, world.sato)
    assert client.get("/profile/").status_code == 302


def test_the_session_gets_another_key_at_sign_in(world: World, client: Client) -> None:
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    sign_in(client, world.sato)
    assert client.cookies["sessionid"].value != session.session_key


def test_sessions_are_listed_and_the_others_ended(world: World) -> None:
    phone, desk = Client(HTTP_USER_AGENT="Phone"), Client(HTTP_USER_AGENT="Desk")
    sign_in(phone, world.sato)
    sign_in(desk, world.sato)
    shown = desk.get("/accounts/sessions/").content.decode()
    assert "Phone" in shown
    assert "Desk" in shown
    desk.post("/accounts/sessions/")
    assert phone.get("/profile/").status_code == 302
    assert desk.get("/profile/").status_code == 200


def test_looking_at_pages_writes_nothing(world: World, client: Client) -> None:
    sign_in(client, world.sato)
    client.get("/profile/")
    before = UserSession.objects.get().last_seen_at
    client.get("/profile/")
    assert UserSession.objects.get().last_seen_at == before


def test_changing_the_password_needs_the_old_one_and_is_in_the_trail(world: World, client: Client) -> None:
    sign_in(client, world.sato)
    new = {"password1": "suisha-ga-mawaru", "password2": "suisha-ga-mawaru"}
    client.post("/accounts/password/change/", {"oldpassword": "wrong", **new})
    assert Member.objects.get(pk=world.sato.pk).check_password(PASSWORD)
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})
    assert Member.objects.get(pk=world.sato.pk).check_password(new["password1"])
    assert AuditEntry.objects.filter(action="password_changed", actor_id=world.sato.pk).exists()
    assert client.get("/profile/").status_code == 200


def test_a_second_factor_is_enrolled_and_then_asked_for(world: World, client: Client) -> None:
    secret = enrolment_of(client, world.sato)
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert wrong.status_code == 200
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert "有効" in client.get("/accounts/2fa/").content.decode()

    cache.clear()  # a code is good for one use; the same half minute is good enough for the test
    later = Client()
    assert sign_in(later, world.sato).startswith("/accounts/2fa/authenticate/")
    assert later.get("/profile/").status_code == 302
    later.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert later.get("/profile/").status_code == 302
    later.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert later.get("/profile/").status_code == 200


def test_enrolling_a_second_factor_needs_the_password_once_more(world: World, client: Client) -> None:
    sign_in(client, world.sato)
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith("/accounts/reauthenticate/")


def test_a_recovery_code_is_good_once(world: World, client: Client) -> None:
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(enrolment_of(client, world.sato))})
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    code = re.findall(r"\b[0-9]{8}\b", re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))[0]

    for expected in (200, 302):
        later = Client()
        sign_in(later, world.sato)
        later.post("/accounts/2fa/authenticate/", {"code": code})
        assert later.get("/profile/").status_code == expected


def test_the_secret_of_a_second_factor_is_not_readable_in_the_database(world: World, client: Client) -> None:
    secret = enrolment_of(client, world.sato)
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    stored = world.sato.authenticator_set.get(type="totp").data["secret"]
    assert secret not in stored


def test_nobody_signs_up_by_themselves(world: World, client: Client) -> None:
    for path in ("/accounts/signup/", "/accounts/email/", "/accounts/password/reset/"):
        client.force_login(world.sato)
        assert client.get(path).status_code == 404
