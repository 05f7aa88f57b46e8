"""What each leaf says in its `personal.py`."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from ryorin.lib.personal import OnErasure, Personal


@cache
def declared() -> tuple[Personal, ...]:
    """Return what every leaf declares, in the order of the leaves."""
    found: list[Personal] = []
    for app in apps.get_app_configs():
        module = f"{app.name}.personal"
        if app.name.startswith("ryorin.") and find_spec(module) is not None:
            found.extend(import_module(module).PERSONAL)
    return tuple(found)


def model_of(one: Personal) -> type[Model]:
    return apps.get_model(one.model)


def rows_about(one: Personal, person_id: int) -> QuerySet[Any]:
    """Return the rows of a declared model that are about the person."""
    rows = model_of(one)._base_manager.all()
    return rows.filter(**{one.person: person_id}) if one.person else rows.none()


@cache
def kept_apps() -> frozenset[str]:
    """Return the labels of the leaves whose rows stay as they are by law."""
    return frozenset(one.model.partition(".")[0] for one in declared() if one.on_erasure is OnErasure.KEPT)
