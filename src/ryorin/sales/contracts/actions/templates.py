"""Templates: each change of the clauses is a new revision; contracts keep what they were written from."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ryorin.lib import clock
from ryorin.sales.contracts.actions.drafting import checked_clauses
from ryorin.sales.contracts.errors import TemplateNameTaken, TemplateWrong
from ryorin.sales.contracts.models import ContractKind, ContractTemplate, TemplateRevision
from ryorin.sales.contracts.rules.wording import Clause, unknown_in
from ryorin.workspace.audit import actions as audit
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.models import LANGUAGES, Member
from ryorin.workspace.members.rules import require


@transaction.atomic
def create_template(
    *, name: str, kind: str, language: str, title: str, clauses: Sequence[Clause], by: Member | None
) -> ContractTemplate:
    """This function will add a template with its first revision."""
    require(by, "contracts.settings")
    name, title = _named(name, title)
    if kind not in ContractKind.values or language not in dict(LANGUAGES):
        raise TemplateWrong(problem=_("種類と言語を選んでください。"))
    position = ContractTemplate.objects.count()
    values = {"name": name, "kind": kind, "language": language, "title": title, "position": position}
    try:
        with transaction.atomic():
            template = ContractTemplate.objects.create(**values)
    except IntegrityError:
        raise TemplateNameTaken(name=name) from None
    _write(template, clauses, by=by)
    audit.record("contract_template_created", "contract_template", template.pk, by=by, name=name)
    return template


@transaction.atomic
def save_template(
    template: ContractTemplate, *, name: str, title: str, clauses: Sequence[Clause], version: int, by: Member | None
) -> ContractTemplate:
    """This function will keep the clauses as the template's next revision."""
    require(by, "contracts.settings")
    template = _locked(template, version)
    template.name, template.title = _named(name, title)
    if ContractTemplate.objects.filter(name=template.name).exclude(pk=template.pk).exists():
        raise TemplateNameTaken(name=template.name)
    last = template.revisions.get(revision=template.revision)
    if last.clauses != [one.as_json() for one in checked_clauses(clauses)]:
        template.revision += 1
        _write(template, clauses, by=by)
    template.version += 1
    template.save(update_fields=["name", "title", "revision", "version"])
    facts = {"name": template.name, "revision": template.revision}
    audit.record("contract_template_changed", "contract_template", template.pk, by=by, **facts)
    return template


@transaction.atomic
def retire_template(template: ContractTemplate, *, by: Member | None) -> ContractTemplate:
    """This function will offer the template no more, or again."""
    require(by, "contracts.settings")
    template = _locked(template, None)
    template.is_active = not template.is_active
    template.version += 1
    template.save(update_fields=["is_active", "version"])
    facts = {"name": template.name, "is_active": template.is_active}
    audit.record("contract_template_changed", "contract_template", template.pk, by=by, **facts)
    return template


def _locked(template: ContractTemplate, version: int | None) -> ContractTemplate:
    row = ContractTemplate.objects.select_for_update().get(pk=template.pk)
    if version is not None and row.version != version:
        raise StaleRecord()
    return row


def _named(name: str, title: str) -> tuple[str, str]:
    name, title = (" ".join(text.replace("\0", "").split()) for text in (name, title))
    if not name or not title or len(name) > 80 or len(title) > 80:
        raise TemplateWrong(problem=_("名前と表題を80文字以内で入力してください。"))
    return name, title


def _write(template: ContractTemplate, clauses: Sequence[Clause], *, by: Member | None) -> None:
    tidy = checked_clauses(clauses)
    if not tidy:
        raise TemplateWrong(problem=_("条文を1つ以上入れてください。"))
    if unknown := unknown_in("\n".join(f"{one.heading}\n{one.body}" for one in tidy)):
        names = "、".join(f"{{{{{name}}}}}" for name in unknown)
        raise TemplateWrong(problem=_("意味の分からない差し込みがあります：%(names)s") % {"names": names})
    TemplateRevision.objects.create(
        template=template,
        revision=template.revision,
        clauses=[one.as_json() for one in tidy],
        made_at=clock.now(),
        made_by=by,
    )
