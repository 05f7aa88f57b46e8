"""The templates of proposals, in the settings."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.sales.proposals import actions
from ryorin.sales.proposals.models import ProposalTemplate, SectionKind
from ryorin.sales.proposals.rules import MOST_SECTIONS
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.errors import NotAllowed
from ryorin.workspace.members.models import LANGUAGES
from ryorin.workspace.members.rules import require


@require_GET
def proposal_templates(request: HttpRequest) -> HttpResponse:
    require(member_of(request), "proposal_templates.change")
    actions.prepare_templates()
    context = {"rows": ProposalTemplate.objects.all(), "tabs": tabs(request)}
    return render(request, "sales/proposals/templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_template_new(request: HttpRequest) -> HttpResponse:
    """A new template, begun with the sections of the first one."""
    require(member_of(request), "proposal_templates.change")
    if request.method == "POST":
        return keep(request, None)
    first = actions.prepare_templates()[0]
    values = {"name": "", "language": first.language, "is_active": True, "sections": first.sections, "version": 0}
    return page(request, None, values)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_template(request: HttpRequest, pk: int) -> HttpResponse:
    require(member_of(request), "proposal_templates.change")
    found = get_object_or_404(ProposalTemplate, pk=pk)
    if request.method == "POST":
        return keep(request, found)
    names = ("name", "language", "is_active", "sections", "version")
    return page(request, found, {name: getattr(found, name) for name in names})


@require_GET
def proposal_template_section(request: HttpRequest) -> HttpResponse:
    """Return one more section of a template."""
    require(member_of(request), "proposal_templates.change")
    section = {"kind": SectionKind.TEXT.value, "title": "", "text": ""}
    context = {"section": section, "kinds": SectionKind.choices}
    return render(request, "sales/proposals/template.html#section", context)


@require_POST
def proposal_template_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ProposalTemplate, pk=pk)
    actions.delete_template(found, by=member_of(request))
    text = _("書式「%(name)s」を削除しました。") % {"name": found.name}
    return moved_on(request, text, to=reverse("proposal_templates"))


def keep(request: HttpRequest, found: ProposalTemplate | None) -> HttpResponse:
    """Keep what was typed, or show it again with what is wrong."""
    columns = [request.POST.getlist(name)[: MOST_SECTIONS + 1] for name in ("kind", "section_title", "text")]
    values: dict[str, Any] = {
        "name": request.POST.get("name", ""),
        "language": request.POST.get("language", ""),
        "is_active": bool(request.POST.get("is_active")),
        "sections": [dict(zip(("kind", "title", "text"), one, strict=True)) for one in zip(*columns, strict=False)],
    }
    try:
        actions.save_template(found, by=member_of(request), version=version_in(request) if found else None, **values)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return page(request, found, values | {"version": request.POST.get("version", "")}, problem=str(refusal))
    messages.success(request, _("書式を保存しました。"))
    return redirect("proposal_templates")


def page(
    request: HttpRequest, found: ProposalTemplate | None, values: dict[str, Any], *, problem: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {"template": found, "values": values}
    context |= {"kinds": SectionKind.choices, "languages": LANGUAGES}
    context |= {"problem": problem, "tabs": tabs(request)}
    return render(request, "sales/proposals/template.html", context, status=422 if problem else 200)
