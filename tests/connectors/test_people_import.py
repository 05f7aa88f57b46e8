import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from ryorin.connectors.csv.models import ImportRun
from ryorin.customers.companies.actions import create_company
from ryorin.customers.companies.models import Company
from ryorin.customers.people.actions import create_person
from ryorin.customers.people.models import Employment, Person, StageChange
from ryorin.customers.timeline.models import InboxTouchpoint
from ryorin.workspace.audit.models import AuditEntry
from ryorin.workspace.audit.queries import verify
from ryorin.workspace.members.models import Member, Scope
from ryorin.workspace.search.queries import find_ids

Imported = Callable[..., dict[str, Any]]
LEADS = """氏名,フリガナ,メールアドレス,電話番号,会社名,郵便番号,獲得チャネル,獲得日
佐伯 優子,さえき ゆうこ,YUKO@acme.example,03-3212-4567,株式会社アクメ,100-0001,展示会,2026/4/1
髙橋 健,タカハシ ケン,ken@acme.example,,(株)アクメ,,展示会,2026/4/2
"""


def counts(result: dict[str, Any]) -> tuple[int, int, int, int]:
    return result["created"], result["updated"], result["unchanged"], len(result["rejected"])


def test_leads_become_people_of_one_company_with_their_source(imported: Imported) -> None:
    assert counts(imported("people", LEADS)) == (2, 0, 0, 0)
    yuko = Person.objects.get(email="yuko@acme.example")
    assert (yuko.name, yuko.kana) == ("佐伯 優子", "サエキ ユウコ")
    assert (yuko.phone_key, yuko.prefecture, yuko.city) == ("+81332124567", "13", "千代田区")
    assert Company.objects.count() == 1 and Employment.objects.count() == 2
    assert str(yuko.first_contact_at) == "2026-03-31 15:00:00+00:00"
    step = StageChange.objects.get(person=yuko)
    assert (step.stage, step.at, step.channel) == ("lead", yuko.first_contact_at, "展示会")
    assert find_ids("高橋", "person") == find_ids("ﾀｶﾊｼ", "person") == [Person.objects.get(given_name="健").pk]


def test_an_import_records_a_touchpoint_and_an_audit_entry_for_each_person(imported: Imported) -> None:
    imported("people", LEADS)
    touchpoints = InboxTouchpoint.objects.filter(kind="lead_imported")
    assert {touchpoint.channel for touchpoint in touchpoints} == {"展示会"} and len(touchpoints) == 2
    assert AuditEntry.objects.filter(action="person_created").count() == 2
    assert verify().ok


def test_the_same_file_again_changes_nothing(imported: Imported) -> None:
    imported("people", LEADS)
    before = list(Person.objects.values_list("pk", "version", "updated_at"))
    assert counts(imported("people", LEADS)) == (0, 0, 2, 0)
    assert list(Person.objects.values_list("pk", "version", "updated_at")) == before
    assert InboxTouchpoint.objects.count() == 2


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "utf-8-sig", "utf-16"])
def test_every_usual_encoding_is_read(imported: Imported, encoding: str) -> None:
    text = LEADS.replace("髙橋", "高橋")
    assert counts(imported("people", text.encode(encoding))) == (2, 0, 0, 0)
    assert Person.objects.filter(family_name="高橋").exists()


def test_a_changed_line_updates_its_person_and_blank_cells_keep_what_is_known(imported: Imported) -> None:
    imported("people", LEADS)
    changed = "メールアドレス,名,電話番号,部署\nyuko@acme.example,裕子,,購買部\n"
    assert counts(imported("people", changed)) == (0, 1, 0, 0)
    yuko = Person.objects.get(email="yuko@acme.example")
    assert (yuko.given_name, yuko.department, yuko.phone) == ("裕子", "購買部", "03-3212-4567")
    entry = AuditEntry.objects.get(action="person_changed")
    assert json.loads(entry.changes) == {"given_name": ["優子", "裕子"], "department": ["", "購買部"]}
    assert find_ids("裕子", "person") == [yuko.pk]


def test_people_without_mail_are_recognised_by_name_with_company_or_telephone(imported: Imported) -> None:
    acme = create_company(by=None, name="アクメ")
    create_person(by=None, family_name="佐伯", given_name="優子", company=acme)
    create_person(by=None, family_name="森", given_name="蓮", phone="03-3212-0000")
    text = "姓,名,会社,電話番号,役職\n佐伯,優子,株式会社アクメ,,部長\n森,蓮,,0332120000,課長\n森,蓮,,03-9999-9999,\n"
    result = imported("people", text)
    assert counts(result) == (1, 2, 0, 0)
    assert {note["reason"] for note in result["warnings"]} == {"同じと思われるレコードを更新しました。"}
    assert counts(imported("people", text))[0] == 0


def test_two_addresses_of_one_name_stay_two_people_and_are_told(imported: Imported) -> None:
    text = "姓,名,会社,メール\n田中,太郎,アクメ,a@acme.example\n田中,太郎,アクメ,b@acme.example\n"
    result = imported("people", text)
    assert counts(result) == (2, 0, 0, 0)
    assert result["warnings"] == [{"reason": "よく似たレコードがほかにあります。", "count": 1, "lines": [3]}]


@pytest.mark.parametrize(
    ("policy", "expected"), [("update", (0, 1, 0, 0)), ("create", (1, 0, 0, 0)), ("skip", (0, 0, 1, 0))]
)
def test_the_mapping_says_what_to_do_with_likely_duplicates(
    imported: Imported, policy: str, expected: tuple[int, ...]
) -> None:
    create_person(by=None, family_name="森", given_name="蓮", phone="03-3212-0000")
    text = "姓,名,電話番号,役職\n森,蓮,03-3212-0000,部長\n"
    mapping = {"columns": {"姓": "family_name", "名": "given_name", "電話番号": "phone", "役職": "job_title"}}
    assert counts(imported("people", text, mapping=mapping | {"likely_duplicates": policy})) == expected


def test_a_trial_counts_and_changes_nothing(imported: Imported) -> None:
    result = imported("people", LEADS, dry_run=True)
    assert counts(result) == (2, 0, 0, 0) and result["dry_run"]
    assert not Person.objects.exists() and not Company.objects.exists() and not InboxTouchpoint.objects.exists()


def test_bad_lines_are_refused_with_their_line_and_reason_and_good_ones_taken(imported: Imported) -> None:
    text = (
        "姓,名,メールアドレス,郵便番号,獲得日,都道府県\n"
        "佐伯,優子,yuko@acme.example,100-0001,2026-02-28,東京都\n"
        ",,nobody,100-0001,2026-02-28,\n"
        "森,蓮,ren@acme.example,1000,2026-02-30,\n"
        "林,葵,aoi@acme.example,,,火星\n"
        "伊藤,誠\n"
    )
    result = imported("people", text)
    assert counts(result) == (1, 0, 0, 4)
    reasons = {each["line"]: each["reason"] for each in result["rejected"]}
    assert list(reasons) == [3, 4, 5, 6]
    assert "メールアドレスの形式" in reasons[3]
    assert "獲得日" in reasons[4] and "存在しない日付" in reasons[4]
    assert "火星" in reasons[5] and "列の数" in reasons[6]


def test_reasons_are_in_the_language_of_whoever_imports(run_file: Callable[..., ImportRun]) -> None:
    with translation.override("en"):
        run = run_file("people", "姓,名\n佐伯,優子\n")
    assert run.language == "en"


def test_an_unknown_owner_is_refused_unless_members_may_be_made(imported: Imported, sato: Member) -> None:
    text = "姓,担当\n佐伯,佐藤 健\n森,Moses Frase\n"
    result = imported("people", text)
    assert result["created"] == 1 and "Moses Frase" in result["rejected"][0]["reason"]
    assert Person.objects.get(family_name="佐伯").owner == sato
    mapping = {"columns": {"姓": "family_name", "担当": "owner"}, "create_related": ["owner"]}
    imported("people", text, mapping=mapping)
    moses = Member.objects.get(family_name="Frase")
    assert not moses.is_active and Person.objects.get(family_name="森").owner == moses


def test_members_of_a_narrow_scope_cannot_change_what_they_cannot_see(
    run_file: Callable[..., ImportRun], sato: Member, mei: Member
) -> None:
    create_person(by=None, family_name="佐伯", email="yuko@acme.example", owner=mei)
    Member.objects.filter(pk=sato.pk).update(scope=Scope.OWN)
    sato.refresh_from_db()
    run = run_file("people", "姓,メール\n変更,yuko@acme.example\n", by=sato)
    assert run.rejected == 1 and "担当外" in run.rejects.get().reason
    assert Person.objects.get().family_name == "佐伯"


def test_a_file_without_what_every_record_needs_says_so(run_file: Callable[..., ImportRun]) -> None:
    run = run_file("people", "色,形\n赤,丸\n")
    assert run.state == "failed" and "次の項目の列が必要です" in run.problem


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"columns": {"ない": "email"}}, "ファイルにない見出し"),
        ({"columns": {"姓": "shoe_size"}}, "shoe_size"),
        ({"colums": {}}, "colums"),
        ({"columns": {"姓": "family_name"}, "key": "shoe"}, "shoe"),
        ({"columns": {"姓": "family_name"}, "create_related": ["planet"]}, "planet"),
        ({"columns": {"姓": {"field": "family_name", "values": 3}}}, "values"),
    ],
)
def test_a_wrong_mapping_is_refused_saying_what_is_wrong(
    run_file: Callable[..., ImportRun], mapping: dict[str, Any], said: str
) -> None:
    run = run_file("people", "姓,メール\n佐伯,a@b.example\n", mapping=mapping)
    assert run.state == "failed" and said in run.problem
