from datetime import date

import pytest
from allauth.mfa.models import Authenticator

from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.actions import (
    add_member,
    add_team,
    change_member,
    change_profile,
    deactivate_member,
    delete_team,
    invite_member,
    issue_password,
    reactivate_member,
    rename_team,
    reset_second_factor,
    set_password,
)
from ryorin.workspace.members.errors import (
    CannotDeactivateYourself,
    LastAdministrator,
    MemberExists,
    NotAllowed,
    ParticularsRefused,
    PasswordTooWeak,
    StaleRecord,
    TeamExists,
    TeamInUse,
    TeamNameMissing,
)
from ryorin.workspace.members.models import Member, Role, Scope, Team
from ryorin.workspace.members.queries import all_teams

LONG_ENOUGH = "kazaguruma-mawaru"


def last_action() -> str:
    return AuditEntry.objects.latest("pk").action


def test_an_invited_member_signs_in_once_with_the_password_and_must_then_choose_one(kimura: Member) -> None:
    member, password = invite_member(email=" Ono@Ryorin.example", family_name="小野", role=Role.SALES, by=kimura)
    assert member.email == "ono@ryorin.example"
    assert member.check_password(password)
    assert member.has_one_time_password
    set_password(member, password=LONG_ENOUGH, by=member)
    assert not Member.objects.get(pk=member.pk).has_one_time_password


def test_one_time_passwords_are_long_and_never_the_same(kimura: Member, sato: Member) -> None:
    words = {issue_password(sato, by=kimura) for _each in range(20)}
    assert len(words) == 20
    assert all(len(word) == 19 for word in words)


def test_the_trail_says_who_was_added_but_never_the_password(kimura: Member) -> None:
    _member, password = invite_member(email="ono@ryorin.example", family_name="小野", role=Role.SALES, by=kimura)
    entry = AuditEntry.objects.get(action="member_added")
    assert entry.actor_id == kimura.pk
    assert "ono@ryorin.example" in entry.changes
    assert password not in entry.changes


def test_an_address_belongs_to_one_member_however_it_is_written(kimura: Member, sato: Member) -> None:
    with pytest.raises(MemberExists):
        add_member(email="SATO@ryorin.example", password=LONG_ENOUGH, family_name="佐藤", role=Role.SALES, by=kimura)


def test_what_a_member_cannot_be_is_refused_field_by_field(kimura: Member) -> None:
    with pytest.raises(ParticularsRefused) as refusal:
        add_member(email="no address", password=LONG_ENOUGH, family_name="", role="king", by=kimura)
    assert set(refusal.value.errors) == {"email", "family_name", "role"}


def test_a_weak_password_is_refused(kimura: Member) -> None:
    with pytest.raises(PasswordTooWeak):
        add_member(email="x@ryorin.example", password="password", family_name="小野", role=Role.SALES, by=kimura)


def test_an_administrator_changes_role_scope_and_team(kimura: Member, sato: Member) -> None:
    tokyo = add_team(name="東京営業", by=kimura)
    changed = change_member(sato, by=kimura, version=1, role=Role.MANAGER, scope=Scope.TEAM, team=tokyo)
    assert (changed.role, changed.scope, changed.team, changed.version) == ("manager", "team", tokyo, 2)
    entry = AuditEntry.objects.get(action="member_changed")
    assert '"role":["sales","manager"]' in entry.changes
    assert '"team":[null,"東京営業"]' in entry.changes


def test_a_change_made_from_an_old_version_is_refused(kimura: Member, sato: Member) -> None:
    change_member(sato, by=kimura, version=1, given_name="太郎")
    with pytest.raises(StaleRecord):
        change_member(sato, by=kimura, version=1, given_name="次郎")


def test_saving_without_a_change_leaves_no_trace(kimura: Member, sato: Member) -> None:
    change_member(sato, by=kimura, version=1, given_name=sato.given_name)
    assert not AuditEntry.objects.exists()


def test_members_change_their_own_name_language_and_absence_only(sato: Member) -> None:
    changed = change_profile(sato, version=1, given_name="賢", language="en", away_until=date(2026, 12, 1))
    assert (changed.given_name, changed.language, changed.away_until) == ("賢", "en", date(2026, 12, 1))
    with pytest.raises(TypeError):
        change_profile(sato, version=2, role=Role.ADMINISTRATOR)


def test_the_last_administrator_stays_administrator(kimura: Member, sato: Member) -> None:
    with pytest.raises(LastAdministrator):
        change_member(kimura, by=kimura, version=1, role=Role.SALES)
    sato = change_member(sato, by=kimura, version=1, role=Role.ADMINISTRATOR)
    assert change_member(kimura, by=sato, version=1, role=Role.SALES).role == "sales"
    with pytest.raises(LastAdministrator):
        deactivate_member(sato, by=None)


def test_nobody_deactivates_themselves(kimura: Member) -> None:
    with pytest.raises(CannotDeactivateYourself):
        deactivate_member(kimura, by=kimura)


def test_a_member_who_left_can_come_back(kimura: Member, sato: Member) -> None:
    assert not deactivate_member(sato, by=kimura).is_active
    assert last_action() == "member_deactivated"
    assert reactivate_member(sato, by=kimura).is_active
    assert last_action() == "member_reactivated"


def test_a_lost_second_factor_is_taken_away(kimura: Member, sato: Member) -> None:
    Authenticator.objects.create(user=sato, type=Authenticator.Type.TOTP, data={})
    reset_second_factor(sato, by=kimura)
    assert not Authenticator.objects.filter(user=sato).exists()


def test_teams_are_added_renamed_and_deleted(kimura: Member, sato: Member) -> None:
    team = add_team(name=" 東京  営業 ", by=kimura)
    assert rename_team(team, name="首都圏営業", by=kimura).name == "首都圏営業"
    change_member(sato, by=kimura, version=1, team=team)
    assert all_teams().get().size == 1
    with pytest.raises(TeamInUse):
        delete_team(team, by=kimura)
    change_member(sato, by=kimura, version=2, team=None)
    delete_team(team, by=kimura)
    assert not Team.objects.exists()


def test_two_teams_never_share_a_name_and_none_is_nameless(kimura: Member) -> None:
    add_team(name="東京営業", by=kimura)
    with pytest.raises(TeamExists):
        add_team(name="東京営業", by=kimura)
    with pytest.raises(TeamNameMissing):
        add_team(name=" \0 ", by=kimura)


def test_only_administrators_change_members(kimura: Member, sato: Member, mei: Member) -> None:
    team = add_team(name="東京営業", by=kimura)
    attempts = [
        lambda: invite_member(email="x@ryorin.example", family_name="小野", role=Role.SALES, by=sato),
        lambda: change_member(mei, by=sato, version=1, given_name="x"),
        lambda: deactivate_member(mei, by=sato),
        lambda: reactivate_member(mei, by=sato),
        lambda: issue_password(mei, by=sato),
        lambda: set_password(mei, password=LONG_ENOUGH, by=sato),
        lambda: reset_second_factor(mei, by=sato),
        lambda: add_team(name="大阪", by=sato),
        lambda: rename_team(team, name="大阪", by=sato),
        lambda: delete_team(team, by=sato),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
