import pytest

from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.members.errors import NotAllowed, ParticularsRefused, StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.organisation.actions import change_organisation, set_up_company
from ryorin.workspace.organisation.errors import CompanyExists
from ryorin.workspace.organisation.models import Organisation
from ryorin.workspace.organisation.queries import closed_days, current
from ryorin.workspace.organisation.rules import closed_days_of, normalised

FIRST = {
    "name": "両輪工業株式会社",
    "email": "kimura@ryorin.example",
    "password": "kazaguruma-mawaru",
    "family_name": "木村",
}


def test_the_first_run_makes_the_company_and_its_administrator(db: None) -> None:
    administrator = set_up_company(**FIRST, fiscal_start_month=10, currency="jpy")
    assert administrator.is_administrator
    assert (current().name, current().fiscal_start_month, current().currency) == ("両輪工業株式会社", 10, "JPY")
    assert len(current().site_key) >= 16


def test_the_first_run_happens_once(db: None) -> None:
    set_up_company(**FIRST)
    with pytest.raises(CompanyExists):
        set_up_company(**{**FIRST, "email": "other@ryorin.example"})
    assert Member.objects.count() == Organisation.objects.count() == 1


def test_a_refused_administrator_leaves_no_company_behind(db: None) -> None:
    with pytest.raises(ParticularsRefused):
        set_up_company(**{**FIRST, "email": "no address"})
    assert not Organisation.objects.exists()


def test_particulars_are_stored_tidy(db: None, kimura: Member) -> None:
    Organisation.objects.create(name="両輪工業")
    changed = change_organisation(
        by=kimura,
        version=1,
        name_kana="りょうりんこうぎょう",
        corporate_number="７０１０００１００８８４４",
        registration_number="7010001008844",
        postal_code="１０００００１",
        prefecture="",
        closed_days="2026/12/29\n2026-12-30、令和8年12月31日",
    )
    assert changed.name_kana == "リョウリンコウギョウ"
    assert changed.corporate_number == "7010001008844"
    assert changed.registration_number == "T7010001008844"
    assert (changed.postal_code, changed.prefecture) == ("100-0001", "13")
    assert changed.closed_days == ["2026-12-29", "2026-12-30", "2026-12-31"]
    assert len(closed_days()) == 3
    assert changed.version == 2


def test_the_trail_says_what_changed(db: None, kimura: Member) -> None:
    Organisation.objects.create(name="両輪工業")
    change_organisation(by=kimura, version=1, fiscal_start_month="1")
    assert '"fiscal_start_month":[4,1]' in AuditEntry.objects.get().changes


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "あ" * 121),
        ("corporate_number", "7010001008843"),
        ("registration_number", "T12"),
        ("postal_code", "12"),
        ("prefecture", "48"),
        ("phone", "12"),
        ("website", "javascript:alert(1)"),
        ("sender_email", "nobody"),
        ("fiscal_start_month", 13),
        ("fiscal_start_month", "x"),
        ("tax_rounding", "sideways"),
        ("time_zone", "Mars/Olympus"),
        ("currency", "XXX"),
        ("closed_days", "いつか"),
    ],
)
def test_what_cannot_be_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(ParticularsRefused) as refusal:
        normalised({field: value})
    assert set(refusal.value.errors) == {field}


def test_closing_time_comes_after_opening_time() -> None:
    with pytest.raises(ParticularsRefused) as refusal:
        normalised({"opens_hour": 18, "closes_hour": 9})
    assert set(refusal.value.errors) == {"closes_hour"}


def test_closed_days_are_sorted_and_kept_once() -> None:
    assert closed_days_of("2027/1/4, 2026-12-29\n\n2027-01-04") == ["2026-12-29", "2027-01-04"]


def test_a_change_made_from_an_old_version_is_refused(db: None, kimura: Member) -> None:
    Organisation.objects.create(name="両輪工業")
    change_organisation(by=kimura, version=1, name="両輪工業株式会社")
    with pytest.raises(StaleRecord):
        change_organisation(by=kimura, version=1, name="別の名前")


def test_only_administrators_change_the_company(db: None, sato: Member) -> None:
    Organisation.objects.create(name="両輪工業")
    with pytest.raises(NotAllowed):
        change_organisation(by=sato, version=1, name="佐藤工業")
