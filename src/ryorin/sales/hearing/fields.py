"""The fields of a hearing and of an answer, as lists, conditions and export know them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from ryorin.conditions.fields import Choice, Field, RecordType, Type
from ryorin.customers.companies.fields import owners
from ryorin.sales.hearing.models import HearingState, Sheet

NOBODY: frozenset[str] = frozenset()


def sheets() -> Sequence[Choice]:
    return [(str(pk), name) for pk, name in Sheet.objects.values_list("pk", "name")]


def _reference(name: str, label: object, *, path: str = "", listed: bool = False) -> Field:
    return Field(
        name=name,
        label=label,  # type: ignore[arg-type]
        type=Type.REFERENCE,
        path=path or f"{name}_id",
        column=None if path else f"{name}_id",
        listed=listed,
        writes=NOBODY,
        importable=False,
    )


HEARING = RecordType(
    name="hearing",
    label=_("ヒアリング"),
    plural="hearings",
    table="hearings",
    fields=(
        Field(name="id", label=_("ID"), type=Type.NUMBER, writes=NOBODY, importable=False, sortable=True),
        Field(
            name="sheet",
            label=_("シート"),
            type=Type.REFERENCE,
            path="sheet_id",
            column="sheet_id",
            choices=sheets,
            writes=NOBODY,
            importable=False,
        ),
        Field(
            name="state",
            label=_("状態"),
            type=Type.CHOICE,
            choices=tuple(HearingState.choices),
            listed=True,
            writes=NOBODY,
            importable=False,
        ),
        Field(
            name="answered",
            label=_("回答数"),
            type=Type.NUMBER,
            listed=True,
            sortable=True,
            writes=NOBODY,
            importable=False,
        ),
        _reference("person", _("相手"), listed=True),
        _reference("company", _("会社"), listed=True),
        _reference("deal", _("商談"), listed=True),
        Field(
            name="owner",
            label=_("担当"),
            type=Type.REFERENCE,
            path="owner_id",
            column="owner_id",
            choices=owners,
            listed=True,
            writes=NOBODY,
            importable=False,
        ),
        Field(
            name="started_at",
            label=_("開始日時"),
            type=Type.DATETIME,
            listed=True,
            sortable=True,
            writes=NOBODY,
            importable=False,
        ),
        Field(
            name="finished_at",
            label=_("完了日時"),
            type=Type.DATETIME,
            sortable=True,
            writes=NOBODY,
            importable=False,
        ),
    ),
)
ANSWER = RecordType(
    name="hearing_answer",
    label=_("ヒアリングの回答"),
    plural="hearing_answers",
    table="hearing_answers",
    fields=(
        Field(name="id", label=_("ID"), type=Type.NUMBER, writes=NOBODY, importable=False, sortable=True),
        Field(name="label", label=_("質問"), type=Type.TEXT, writes=NOBODY, importable=False),
        Field(name="said", label=_("回答"), type=Type.TEXT, listed=True, writes=NOBODY, importable=False),
        Field(
            name="number",
            label=_("数・金額"),
            type=Type.NUMBER,
            sortable=True,
            listed=True,
            writes=NOBODY,
            importable=False,
        ),
        Field(name="day", label=_("日付"), type=Type.DATE, sortable=True, writes=NOBODY, importable=False),
        Field(
            name="sheet",
            label=_("シート"),
            type=Type.REFERENCE,
            path="hearing__sheet_id",
            column=None,
            choices=sheets,
            listed=True,
            writes=NOBODY,
            importable=False,
        ),
        _reference("person", _("相手"), path="hearing__person_id", listed=True),
        _reference("company", _("会社"), path="hearing__company_id", listed=True),
        _reference("deal", _("商談"), path="hearing__deal_id", listed=True),
        Field(
            name="at",
            label=_("回答日時"),
            type=Type.DATETIME,
            sortable=True,
            listed=True,
            writes=NOBODY,
            importable=False,
        ),
    ),
)
