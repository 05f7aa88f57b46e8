"""Hearing sheets: made, changed, taken out of use. A changed sheet never changes what was answered."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.sales.deals.actions.stage_rules import Asked, set_stage_rules
from ryorin.sales.deals.models import RuleKind, Stage, StageRule
from ryorin.sales.hearing.errors import SheetGone, SheetInvalid, SheetNameTaken
from ryorin.sales.hearing.models import Hearing, Sheet, SheetVersion
from ryorin.sales.hearing.rules.sheets import Section, checked_sections
from ryorin.sales.hearing.rules.templates import FIRST_SHEETS
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import require

LONGEST_NAME, LONGEST_PURPOSE = 80, 200


@transaction.atomic
def create_sheet(*, name: str, by: Member | None, purpose: str = "", sections: list[Any] | None = None) -> Sheet:
    """This function will make a sheet; without sections, with one question to begin with."""
    require(by, "sheets.change")
    now = clock.now()
    asked = checked_sections(sections if sections is not None else _first_question())
    values = _named(name, purpose)
    sheet = Sheet.objects.create(**values, created_at=now, updated_at=now)
    SheetVersion.objects.create(sheet=sheet, number=1, sections=asked, created_at=now, by=by)
    audit.record("sheet_created", "hearing_sheet", sheet.pk, by=by, name=sheet.name)
    return sheet


@transaction.atomic
def change_sheet(
    sheet: Sheet,
    *,
    by: Member | None,
    version: int | None,
    name: str,
    purpose: str,
    sections: list[Any],
    before_stages: Mapping[str, int] | None = None,
) -> Sheet:
    """This function will change a sheet; hearings that were begun keep the questions they were begun with.

    `before_stages` says by a question's key which stage asks for its answer (id); None leaves that as it is.
    """
    require(by, "sheets.change")
    sheet = _locked(sheet, version)
    asked = checked_sections(sections)
    values = _named(name, purpose, besides=sheet.pk)
    newest = sheet.newest
    changed = {key: [getattr(sheet, key), value] for key, value in values.items() if getattr(sheet, key) != value}
    if asked != newest.sections:
        number = _keep_version(sheet, newest, asked, by=by)
        changed["questions"] = [newest.number, number]
    labels = {question["key"]: question["label"] for section in asked for question in section["questions"]}
    _ask_before_stages(sheet, labels, before_stages, by=by)
    if not changed:
        return sheet
    sheet.name, sheet.purpose = values["name"], values["purpose"]
    _save(sheet, "name", "purpose")
    audit.record("sheet_changed", "hearing_sheet", sheet.pk, by=by, **({"name": sheet.name} | changed))
    return sheet


@transaction.atomic
def retire_sheet(sheet: Sheet, *, by: Member | None) -> Sheet:
    """This function will take a sheet out of use; its hearings and answers stay, stages no longer ask for them."""
    require(by, "sheets.change")
    sheet = _locked(sheet, None)
    sheet.is_active = False
    _save(sheet, "is_active")
    _ask_before_stages(sheet, {}, {}, by=by)
    audit.record("sheet_retired", "hearing_sheet", sheet.pk, by=by, name=sheet.name)
    return sheet


@transaction.atomic
def revive_sheet(sheet: Sheet, *, by: Member | None) -> Sheet:
    """This function will bring a sheet back into use."""
    require(by, "sheets.change")
    sheet = _locked(sheet, None)
    sheet.is_active = True
    _save(sheet, "is_active")
    audit.record("sheet_revived", "hearing_sheet", sheet.pk, by=by, name=sheet.name)
    return sheet


@transaction.atomic
def first_sheets() -> list[Sheet]:
    """Return the sheets in use; a fresh installation is given some to begin with."""
    if not Sheet.objects.exists():
        for name, purpose, sections in FIRST_SHEETS:
            create_sheet(name=name, by=None, purpose=purpose, sections=sections)
    return list(Sheet.objects.in_use())


def rule_key(sheet: Sheet, question: str) -> str:
    """Return the name under which a stage asks for the answer to a question."""
    return f"{sheet.pk}:{question}"


def _keep_version(sheet: Sheet, newest: SheetVersion, asked: list[Section], *, by: Member | None) -> int:
    """This function will keep the new questions: as a new version where hearings were held with the newest one."""
    if not Hearing.objects.filter(sheet_version=newest).exists():
        newest.sections, newest.by, newest.created_at = asked, by, clock.now()
        newest.save(update_fields=["sections", "by", "created_at"])
        return newest.number
    made = SheetVersion.objects.create(
        sheet=sheet, number=newest.number + 1, sections=asked, created_at=clock.now(), by=by
    )
    return made.number


def _ask_before_stages(
    sheet: Sheet, labels: Mapping[str, str], before_stages: Mapping[str, int] | None, *, by: Member | None
) -> None:
    """This function will bring the stages' rules in line: what is asked no more, is no condition any more."""
    prefix = f"{sheet.pk}:"
    kept = StageRule.objects.filter(kind=RuleKind.ANSWER, name__startswith=prefix)
    present = {(rule.stage_id, rule.name.removeprefix(prefix)) for rule in kept}
    if before_stages is None:
        wanted = {(stage, key) for stage, key in present if key in labels}
    else:
        wanted = {(stage, key) for key, stage in before_stages.items() if key in labels}
    differing = {stage for stage, _key in present ^ wanted}
    for stage in Stage.objects.filter(pk__in=differing).prefetch_related("rules"):
        others = [
            Asked(rule.kind, rule.name, rule.label)
            for rule in stage.rules.all()
            if not (rule.kind == RuleKind.ANSWER and rule.name.startswith(prefix))
        ]
        ours = [
            Asked(RuleKind.ANSWER, rule_key(sheet, key), labels[key]) for pk, key in sorted(wanted) if pk == stage.pk
        ]
        set_stage_rules(stage, [*others, *ours], by=by)


def _locked(sheet: Sheet, version: int | None) -> Sheet:
    row = Sheet.objects.select_for_update().filter(pk=sheet.pk).first()
    if row is None:
        raise SheetGone()
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def _save(sheet: Sheet, *columns: str) -> None:
    sheet.version += 1
    sheet.updated_at = clock.now()
    sheet.save(update_fields=[*columns, "version", "updated_at"])


def _named(name: str, purpose: str, *, besides: int = 0) -> dict[str, str]:
    """Return the trimmed name and purpose; refuses a name that is missing, too long or taken."""
    name, purpose = name.replace("\0", "").strip(), purpose.replace("\0", "").strip()
    if not name or len(name) > LONGEST_NAME or len(purpose) > LONGEST_PURPOSE:
        raise SheetInvalid(_("シート名は1〜80文字、使う場面は200文字以内で入力してください。"))
    if Sheet.objects.filter(name=name).exclude(pk=besides).exists():
        raise SheetNameTaken(name=name)
    return {"name": name, "purpose": purpose}


def _first_question() -> list[dict[str, Any]]:
    question = {"key": "q1", "label": _("いちばん解決したいことは何ですか"), "type": "need", "kind": "problem"}
    return [{"title": _("はじめに"), "script": "", "questions": [question]}]
