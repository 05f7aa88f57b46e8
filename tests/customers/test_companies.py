import pytest

from ryorin.customers.companies.actions import change_company, create_company, delete_company, restore_company
from ryorin.customers.companies.errors import CompanyIsItsOwnParent, CorporateNumberTaken, FieldsRefused
from ryorin.customers.companies.models import Company
from ryorin.customers.companies.queries import find_by_name, possible_duplicates
from ryorin.customers.people.actions import create_person
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.search.queries import find_ids

NUMBER = "7000012050002"


def test_a_company_keeps_its_name_and_is_found_however_it_is_written(sato: Member) -> None:
    toyota = create_company(
        by=sato, name="トヨタ自動車株式会社", name_kana="とよたじどうしゃ", corporate_number="T" + NUMBER
    )
    assert (toyota.name, toyota.name_kana, toyota.corporate_number) == (
        "トヨタ自動車株式会社",
        "トヨタジドウシャ",
        NUMBER,
    )
    assert find_by_name("㈱トヨタ自動車") == find_by_name("ﾄﾖﾀ自動車(株)") == toyota
    for query in ("トヨタ", "ﾄﾖﾀ", "とよた", NUMBER):
        assert find_ids(query, "company") == [toyota.pk]


@pytest.mark.parametrize("number", ["7000012050003", "123", "あいう", "8000012050002"])
def test_a_corporate_number_whose_check_digit_is_wrong_is_refused(sato: Member, number: str) -> None:
    with pytest.raises(FieldsRefused) as refusal:
        create_company(by=sato, name="森川製作所", corporate_number=number)
    assert "法人番号が正しくありません" in str(refusal.value)


def test_two_companies_cannot_share_a_corporate_number(sato: Member) -> None:
    create_company(by=sato, name="森川製作所", corporate_number=NUMBER)
    with pytest.raises(CorporateNumberTaken, match="森川製作所"):
        create_company(by=sato, name="森川商事", corporate_number=NUMBER)


def test_numbers_are_read_as_people_type_them(sato: Member) -> None:
    company = create_company(
        by=sato, name="森川製作所", employees="１，２００", established_year="1964", annual_revenue=""
    )
    assert (company.employees, company.established_year, company.annual_revenue) == (1200, 1964, None)
    with pytest.raises(FieldsRefused):
        create_company(by=sato, name="森川製作所", employees="多数")


def test_the_second_of_two_who_edit_a_company_is_told(sato: Member) -> None:
    company = create_company(by=sato, name="森川製作所")
    change_company(company, by=sato, version=1, industry="機械")
    with pytest.raises(StaleRecord):
        change_company(company, by=sato, version=1, industry="電機")


def test_a_company_cannot_stand_above_itself(sato: Member) -> None:
    parent = create_company(by=sato, name="森川ホールディングス")
    child = create_company(by=sato, name="森川製作所", parent=parent)
    with pytest.raises(CompanyIsItsOwnParent):
        change_company(parent, by=sato, version=None, parent=child)


def test_likely_duplicates_are_named_with_the_reason(sato: Member) -> None:
    company = create_company(by=sato, name="株式会社森川製作所", corporate_number=NUMBER)
    [same] = possible_duplicates(name="森川製作所")
    assert (same.company, same.likeness) == (company, 0.98)
    assert possible_duplicates(corporate_number=NUMBER)[0].likeness == 1.0
    assert possible_duplicates(name="森川製作処")[0].company == company
    assert possible_duplicates(name="田中商店") == []


def test_a_deleted_company_comes_back_with_its_people_and_subsidiaries(sato: Member, kimura: Member) -> None:
    parent = create_company(by=sato, name="森川ホールディングス")
    child = create_company(by=sato, name="森川製作所", parent=parent)
    person = create_person(by=sato, family_name="佐伯", company=parent)
    entry = delete_company(parent, by=kimura)
    person.refresh_from_db()
    child.refresh_from_db()
    assert person.company is None and child.parent is None
    restore_company(entry, by=kimura)
    person.refresh_from_db()
    child.refresh_from_db()
    assert person.company == child.parent == Company.objects.get(name="森川ホールディングス")
    assert person.employments.count() == 1
