"""The templates proposals begin with, changed in the settings."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ryorin.sales.proposals.errors import TemplateRefused
from ryorin.sales.proposals.models import ProposalTemplate
from ryorin.sales.proposals.rules import KNOWN_TEMPLATES, checked_sections
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import LANGUAGES, Member
from ryorin.workspace.members.rules import require

LONGEST_NAME = 80


@transaction.atomic
def prepare_templates() -> list[ProposalTemplate]:
    """This function will make the templates one begins with where there are none, and return those in use."""
    if not ProposalTemplate.objects.exists():
        for language, (name, sections) in KNOWN_TEMPLATES.items():
            kept = [{"kind": kind.value, "title": title, "text": text} for kind, title, text in sections]
            ProposalTemplate.objects.get_or_create(name=name, language=language, defaults={"sections": kept})
    return list(ProposalTemplate.objects.filter(is_active=True))


@transaction.atomic
def save_template(
    template: ProposalTemplate | None,
    *,
    by: Member | None,
    version: int | None,
    name: str,
    language: str,
    is_active: bool,
    sections: Sequence[Mapping[str, Any]],
) -> ProposalTemplate:
    """This function will add a template, or change one; proposals already begun stay as they are."""
    require(by, "proposal_templates.change")
    values = {
        "name": _name(name),
        "language": _language(language),
        "is_active": is_active,
        "sections": checked_sections(sections, with_switch=False),
    }
    if not values["sections"]:
        raise TemplateRefused(problem=_("項目を1つ以上入れてください。"))
    row = template and ProposalTemplate.objects.select_for_update().get(pk=template.pk)
    if row and version is not None and row.version != version:
        raise StaleRecord()
    row, fact = row or ProposalTemplate(version=0), "proposal_template_changed" if row else "proposal_template_added"
    changes = {field: [getattr(row, field), value] for field, value in values.items() if getattr(row, field) != value}
    if not changes:
        return row
    for field, value in values.items():
        setattr(row, field, value)
    row.version += 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise TemplateRefused(problem=_("「%(name)s」という書式はすでにあります。") % values) from None
    audit.record(fact, "proposal_template", row.pk, by=by, name=row.name, changed=sorted(changes))
    return row


@transaction.atomic
def delete_template(template: ProposalTemplate, *, by: Member | None) -> None:
    """This function will take a template away; the last one in use stays."""
    require(by, "proposal_templates.change")
    others = ProposalTemplate.objects.select_for_update().filter(is_active=True).exclude(pk=template.pk)
    if not others:
        raise TemplateRefused(problem=_("使用する書式を1つは残してください。"))
    pk, name = template.pk, template.name
    template.delete()
    audit.record("proposal_template_removed", "proposal_template", pk, by=by, name=name)


def _name(text: str) -> str:
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise TemplateRefused(problem=_("書式の名前は1〜%(most)s字で入力してください。") % {"most": LONGEST_NAME})
    return name


def _language(language: str) -> str:
    if language not in dict(LANGUAGES):
        raise TemplateRefused(problem=_("言語を選んでください。"))
    return language
