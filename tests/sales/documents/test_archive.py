"""The archive: numbered without gaps, found by day, amount and counterparty, never changed."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from tests.sales.documents.conftest import Issue, pdf_of

from ryorin.customers.companies.models import Company
from ryorin.sales.deals.models import Deal
from ryorin.sales.documents.actions import next_number
from ryorin.sales.documents.errors import CounterpartyMissing, DocumentIssued, NotAPdf
from ryorin.sales.documents.models import DocumentContent, IssuedDocument
from ryorin.sales.documents.queries import by_hash, content, found, verify
from ryorin.sales.documents.rules import Search
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import Member, Role, Scope

TODAY = date(2026, 11, 22)


def test_numbers_run_without_gaps_by_kind_and_fiscal_year(our_company: object) -> None:
    assert [next_number("quotation", on=TODAY) for _each in range(3)] == ["Q-2026-0001", "Q-2026-0002", "Q-2026-0003"]
    assert next_number("invoice", on=TODAY) == "I-2026-0001"
    assert next_number("quotation", on=date(2027, 3, 31)) == "Q-2026-0004"
    assert next_number("quotation", on=date(2027, 4, 1)) == "Q-2027-0001"


@pytest.mark.django_db
def test_a_number_of_a_transaction_that_failed_is_given_out_again(our_company: object) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        next_number("quotation", on=TODAY)
        raise RuntimeError
    assert next_number("quotation", on=TODAY) == "Q-2026-0001"


def test_a_document_is_kept_as_it_was_issued(issued: Issue, deal: Deal, sato: Member) -> None:
    document = issued(number="Q-2026-0001", amount=3_300_000)
    assert content(document) == pdf_of("Q-2026-0001")
    assert (document.owner, document.deal, document.size) == (sato, deal, len(pdf_of("Q-2026-0001")))
    assert by_hash(document.sha256) == document
    assert document.file_name == "Q-2026-0001_株式会社アクメ_3300000.pdf"
    assert verify().ok


def test_the_same_number_and_version_is_issued_once(issued: Issue) -> None:
    issued(number="Q-2026-0001")
    issued(number="Q-2026-0001", revision=2)
    with pytest.raises(DocumentIssued, match="Q-2026-0001"):
        issued(number="Q-2026-0001", revision=2, pdf=pdf_of("other"))
    assert IssuedDocument.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "refusal"), [({"pdf": b"<html>"}, NotAPdf), ({"counterparty": " \0 "}, CounterpartyMissing)]
)
def test_what_is_no_document_is_refused(issued: Issue, change: dict[str, object], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        issued(number="Q-2026-0001", **change)


def test_the_database_refuses_to_change_what_was_issued(issued: Issue) -> None:
    document = issued(number="Q-2026-0001")
    for change in (
        lambda: IssuedDocument.objects.update(amount=1),
        lambda: IssuedDocument.objects.update(sha256="0"),
        lambda: DocumentContent.objects.update(pdf=b"%PDF-other"),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()
    document.refresh_from_db()
    assert content(document) == pdf_of("Q-2026-0001")


def test_the_company_of_a_document_may_go_and_the_document_stays(issued: Issue, acme: Company) -> None:
    document = issued(number="Q-2026-0001", deal=None)
    IssuedDocument.objects.filter(pk=document.pk).update(company=None)
    assert verify().ok


def test_documents_are_found_by_day_amount_and_counterparty_together(issued: Issue, sato: Member) -> None:
    issued(number="Q-2026-0001", issued_on=date(2026, 10, 1), amount=100_000)
    issued(number="Q-2026-0002", issued_on=date(2026, 11, 1), amount=200_000)
    issued(
        number="I-2026-0001", issued_on=date(2026, 11, 2), amount=200_000, kind="invoice", counterparty="㈱森川製作所"
    )

    def numbers(**asked: object) -> list[str]:
        return [row.number for row in found(Search(**asked), sato)]  # type: ignore[arg-type]

    assert numbers() == ["I-2026-0001", "Q-2026-0002", "Q-2026-0001"]
    assert numbers(since=date(2026, 11, 1)) == ["I-2026-0001", "Q-2026-0002"]
    assert numbers(least=150_000, until=date(2026, 11, 1)) == ["Q-2026-0002"]
    assert numbers(most=150_000) == ["Q-2026-0001"]
    assert numbers(counterparty="森川株式会社", least=1) == ["I-2026-0001"]
    assert numbers(counterparty="あくめ", since=date(2026, 11, 1)) == ["Q-2026-0002"]
    assert numbers(kind="invoice", number="i-2026") == ["I-2026-0001"]


def test_a_seller_of_another_team_does_not_find_them(issued: Issue, db: None) -> None:
    issued(number="Q-2026-0001")
    kato = Member.objects.create_user("kato@ryorin.example", family_name="加藤", role=Role.SALES, scope=Scope.OWN)
    assert not found(Search(), kato).exists()


def test_who_only_reads_issues_nothing(issued: Issue, db: None) -> None:
    ono = Member.objects.create_user("ono@ryorin.example", family_name="小野", role=Role.READ_ONLY)
    with pytest.raises(NotAllowed):
        issued(number="Q-2026-0001", by=ono)


def test_changed_bytes_and_missing_documents_are_found(issued: Issue) -> None:
    first, second = issued(number="Q-2026-0001"), issued(number="Q-2026-0002")
    with without_guards():
        DocumentContent.objects.filter(pk=first.pk).update(pdf=pdf_of("forged"))
        DocumentContent.objects.filter(pk=second.pk).delete()
        IssuedDocument.objects.filter(pk=second.pk).delete()
    result = verify()
    assert [(one["document"], one["fault"]) for one in result.faults] == [
        ("Q-2026-0001/1", "content_changed"),
        ("Q-2026-0002/1", "missing"),
    ]
    assert not result.ok


def without_guards() -> "Guards":
    return Guards()


class Guards:
    """Somebody with the database file in hand takes the guards away; the transaction of the test puts them back."""

    NAMES = {
        "document_keeps_its_words": "sales_documents_issueddocument",
        "document_stays": "sales_documents_issueddocument",
        "content_keeps_its_bytes": "sales_documents_documentcontent",
        "content_stays": "sales_documents_documentcontent",
    }

    def __enter__(self) -> None:
        for name, table in self.NAMES.items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")

    def __exit__(self, *_error: object) -> None:
        """The rollback after the test brings the guards back."""
