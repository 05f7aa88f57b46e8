"""The fields of an A/B test, as its list and conditions know them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Choice, Field, RecordType, Type
from ryorin.customers.companies.fields import owners
from ryorin.customers.timeline.rules import KINDS
from ryorin.marketing.experiments.models import ExperimentState, Subject

NOBODY: frozenset[str] = frozenset()


def _kinds() -> Sequence[Choice]:
    return [(name, kind.label) for name, kind in KINDS.items()]


def _shown(name: str, label: object, type_: Type, **more: object) -> Field:
    """Return a field that only the verbs of A/B tests write."""
    return Field(name=name, label=label, type=type_, writes=NOBODY, importable=False, column=None, **more)  # type: ignore[arg-type]


EXPERIMENT = RecordType(
    name="experiment",
    label=_("A/Bテスト"),
    plural="experiments",
    table="experiments",
    fields=(
        _shown("id", "ID", Type.NUMBER, sortable=True),
        _shown("name", _("テスト名"), Type.TEXT),
        _shown("subject", _("対象"), Type.CHOICE, choices=tuple(Subject.choices), listed=True),
        _shown("state", _("状態"), Type.CHOICE, choices=tuple(ExperimentState.choices), listed=True),
        _shown("metric", _("成果"), Type.CHOICE, choices=_kinds, listed=True),
        _shown("started_at", _("開始"), Type.DATETIME, listed=True),
        _shown("stopped_at", _("終了"), Type.DATETIME, listed=True),
        _shown("owner", _("担当"), Type.REFERENCE, path="owner_id", choices=owners, listed=True),
        _shown("hypothesis", _("仮説"), Type.TEXT),
    ),
)
