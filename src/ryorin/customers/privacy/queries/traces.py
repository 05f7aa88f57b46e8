"""Looking through every text of the database for what names a person."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import CharField, JSONField, Model, Q, TextField
from django.db.models.functions import Cast

from ryorin.customers.people.models import Person
from ryorin.customers.privacy.queries.registry import kept_apps

SHORTEST = 5
ERASED = "（消去済み）"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The texts that name one person and nobody else: address, telephone numbers, and the full name if it is unique."""

    texts: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        plain = text.casefold()
        return any(one.casefold() in plain for one in self.texts)

    def without(self, value: Any) -> Any:
        """Return a text, or the texts within a list or an object, with a mark in the place of what names the person."""
        if isinstance(value, str):
            return self._replaced(value)
        if isinstance(value, list):
            return [self.without(each) for each in value]
        if isinstance(value, dict):
            return {self._replaced(str(key)): self.without(each) for key, each in value.items()}
        return value

    def _replaced(self, text: str) -> str:
        for one in self.texts:
            place = text.casefold().find(one.casefold())
            while place >= 0 and len(text) == len(text.casefold()):
                text = text[:place] + ERASED + text[place + len(one) :]
                place = text.casefold().find(one.casefold())
            text = text.replace(one, ERASED)
        return text


@dataclass(frozen=True, slots=True)
class Trace:
    """Rows of one model with a text that names the person; `is_kept` where a law says that they stay."""

    model: type[Model]
    column: str
    ids: tuple[Any, ...]
    is_kept: bool

    @property
    def where(self) -> str:
        return f"{self.model._meta.verbose_name}: {self.column}"


def wanted_of(person: Person) -> Wanted:
    """Return what to look for; a name that somebody else bears too is not, for it says nothing about whom it means."""
    texts = {person.email, person.phone, person.mobile, person.phone_key}
    if person.family_name and person.given_name and not _namesakes(person):
        pairs = [(person.family_name, person.given_name), (person.family_kana, person.given_kana)]
        texts |= {between.join(pair) for pair in pairs if all(pair) for between in (" ", "　", "")}
    found = {text for text in texts if len(text) >= SHORTEST or (text and not text.isascii() and len(text) > 2)}
    return Wanted(tuple(sorted(found, key=lambda text: (-len(text), text))))


def traces_of(wanted: Wanted) -> Iterator[Trace]:
    """Yield the rows of every table of ours, save the audit trail, with a text that names the person."""
    if not wanted.texts:
        return
    for model in apps.get_models():
        if model.__module__.startswith("ryorin.") and model._meta.label != "workspace_audit.AuditEntry":
            for column in text_columns(model):
                if ids := tuple(_ids_with(model, column, wanted)):
                    yield Trace(model, column, ids, model._meta.app_label in kept_apps())


def text_columns(model: type[Model]) -> list[str]:
    """Return the columns of a model that hold free text or JSON."""
    fields = model._meta.concrete_fields
    return [
        field.name
        for field in fields
        if isinstance(field, CharField | TextField | JSONField) and not (field.primary_key or field.choices)
    ]


def _ids_with(model: type[Model], column: str, wanted: Wanted) -> Iterator[Any]:
    field = model._meta.get_field(column)
    rows = model._base_manager.order_by("pk")
    if isinstance(field, JSONField):
        rows = rows.annotate(as_text=Cast(column, TextField()))
        column = "as_text"
    elif isinstance(field, CharField) and (field.max_length or SHORTEST) < SHORTEST:
        return
    test = Q()
    for text in wanted.texts:
        test |= Q(**{f"{column}__icontains": text})
        escaped = json.dumps(text)[1:-1]
        if isinstance(field, JSONField) and escaped != text:
            test |= Q(**{f"{column}__icontains": escaped})
    yield from rows.filter(test).values_list("pk", flat=True)


def _namesakes(person: Person) -> bool:
    same = Person.objects.filter(family_name=person.family_name, given_name=person.given_name)
    return same.exclude(pk=person.pk).exists()
