"""What a stage asks for: set by leaders, and shown where a deal lacks something."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from ryorin.customers.voice.models import NeedKind
from ryorin.lib.errors import Refusal
from ryorin.sales.deals.actions.stage_rules import Asked, set_stage_rules
from ryorin.sales.deals.models import Deal, RuleKind, Stage, StageRule
from ryorin.sales.deals.queries import missing_for
from ryorin.sales.deals.rules import ASKABLE, PART_WORDS
from ryorin.sales.hearing.actions.sheets import rule_key
from ryorin.sales.hearing.models import Hearing, Sheet
from ryorin.web.answers import member_of, picked
from ryorin.web.sales.case_section import EDITED_HERE
from ryorin.web.sales.deals import seen
from ryorin.web.sales.parts import PARTS
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.rules import may, require


@dataclass(frozen=True, slots=True)
class Lacking:
    """One thing a deal lacks: what it is, and where it is filled in (a page, or a form for the drawer)."""

    rule: StageRule
    url: str
    in_drawer: bool
    what: str


@require_http_methods(["GET", "POST"])
def stage_rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything a stage may ask for, with what it asks for ticked, or take what was ticked."""
    member = member_of(request)
    require(member, "pipelines.change")
    stage = get_object_or_404(Stage.objects.select_related("pipeline"), pk=pk)
    groups = _groups()
    if request.method == "POST":
        ticked = set(request.POST.getlist("rule"))
        offered = {f"{one.kind}:{one.name}": one for _title, asked in groups for one in asked}
        try:
            set_stage_rules(stage, [one for key, one in offered.items() if key in ticked], by=member)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("pipelines")
    context = {
        "stage": stage,
        "is_first": stage.pipeline.stages.first() == stage,
        "groups": groups,
        "ticked": {f"{rule.kind}:{rule.name}" for rule in stage.rules.all()},
        "tabs": tabs(request),
    }
    return render(request, "sales/stage_rules.html", context)


@require_GET
def deal_missing(request: HttpRequest, pk: int) -> HttpResponse:
    """Return what a deal lacks for a stage, each with where to fill it in; leaders may go on with a reason."""
    member, found = member_of(request), seen(request, pk)
    stage = picked(Stage.objects.all(), request.GET.get("stage")) or found.stage
    context = {
        "deal": found,
        "stage": stage,
        "lacking": [_lacking(rule, found, member) for rule in missing_for(found, stage)],
        "may_override": may(member, "stages.override") and may(member, "deals.change"),
    }
    return render(request, "sales/deal_missing.html", context)


def _groups() -> list[tuple[str, list[Asked]]]:
    """Return what a stage may ask for, in groups as the page shows them."""
    fields = [Asked("field", name, _label_of(name)) for name in ASKABLE]
    parts = [
        Asked("part", name, _("関係者「%(part)s」") % {"part": part})
        for name, part in zip(PART_WORDS, PARTS, strict=True)
    ]
    needs = [Asked("need", kind.value, _("声「%(kind)s」") % {"kind": kind.label}) for kind in NeedKind]
    groups = [(_("商談の項目"), fields), (_("関係者の立場"), parts), (_("お客さまの声"), needs)]
    for sheet in Sheet.objects.in_use():
        asked = [Asked("answer", rule_key(sheet, one["key"]), one["label"]) for one in sheet.newest.questions]
        groups.append((_("ヒアリング「%(name)s」") % {"name": sheet.name}, asked))
    return groups


def _label_of(name: str) -> str:
    if name == "products":
        return pgettext("menu", "商品")
    return str(Deal._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _lacking(rule: StageRule, deal: Deal, member: Member) -> Lacking:
    match rule.kind:
        case RuleKind.PART:
            return Lacking(rule, reverse("deal_people", args=[deal.pk]), True, _("関係者を加える"))
        case RuleKind.NEED:
            about = f"?deal={deal.pk}&kind={rule.name}" + (f"&person={deal.person_id}" if deal.person_id else "")
            return Lacking(rule, reverse("need_new") + about, True, _("声を記録する"))
        case RuleKind.ANSWER:
            return _lacking_answer(rule, deal, member)
        case _ if rule.name == "products":
            return Lacking(rule, reverse("deal_products", args=[deal.pk]), True, _("商品を入れる"))
        case _:
            part = "case-" if rule.name in EDITED_HERE else "field-"
            anchor = f"{part}{rule.name}" if rule.name != "person" else "main"
            return Lacking(rule, f"{reverse('deal', args=[deal.pk])}#{anchor}", False, _("入力する"))


def _lacking_answer(rule: StageRule, deal: Deal, member: Member) -> Lacking:
    """Return where the question is asked: in the hearing that is open, else in a new one."""
    sheet, _colon, key = rule.name.partition(":")
    rows = Hearing.objects.visible_to(member).open().filter(deal=deal, sheet_id=int(sheet) if sheet.isdecimal() else 0)
    if found := rows.order_by("-pk").first():
        return Lacking(rule, f"{reverse('hearing', args=[found.pk])}#ask-{key}", False, _("ヒアリングで答える"))
    return Lacking(rule, f"{reverse('hearing_new')}?deal={deal.pk}&sheet={sheet}", True, _("ヒアリングを始める"))
