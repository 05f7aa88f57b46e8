"""Opening, changing and taking away price books."""

from typing import Any

from django.db import transaction

from ryorin.products.prices.models import PriceBook
from ryorin.products.prices.rules import normalised_book
from ryorin.workspace.audit.actions import record
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def create_book(*, by: Member | None, **fields: Any) -> PriceBook:
    """This function will open a price book for a period, some prefectures and a customer group."""
    require(by, "prices.change")
    book = PriceBook.objects.create(**normalised_book(fields))
    record("price_book_created", "price_book", book.pk, by=by, name=book.name)
    return book


@transaction.atomic
def change_book(book: PriceBook, *, by: Member | None, version: int | None, **fields: Any) -> PriceBook:
    """This function will change what is given; refuses when somebody else changed the book since `version`."""
    require(by, "prices.change")
    book = locked(book, version=version)
    known = {name: getattr(book, name) for name in ("valid_from", "valid_to")}
    values = normalised_book(fields, known=known)
    changes = {name: [getattr(book, name), new] for name, new in values.items() if getattr(book, name) != new}
    if not changes:
        return book
    for name in changes:
        setattr(book, name, values[name])
    book.version += 1
    book.save(update_fields=[*changes, "version", "updated_at"])
    record("price_book_changed", "price_book", book.pk, by=by, **changes)
    return book


@transaction.atomic
def delete_book(book: PriceBook, *, by: Member | None) -> None:
    """This function will take away a price book with its prices; what was quoted by it stays as it was quoted."""
    require(by, "prices.change")
    held = locked(book, version=None)
    pk, count = held.pk, held.entries.count()
    held.delete()
    record("price_book_deleted", "price_book", pk, by=by, name=held.name, prices=count)


def locked(book: PriceBook, *, version: int | None) -> PriceBook:
    """Return the book's row, held until the end of the transaction; refuse where it is not the known version."""
    found = PriceBook.objects.select_for_update().get(pk=book.pk)
    if version is not None and found.version != version:
        raise StaleRecord()
    return found
