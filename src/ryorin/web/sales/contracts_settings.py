"""Settings of contracts: templates with their revisions, and the key that seals final PDFs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.sales.contracts import actions
from ryorin.sales.contracts.models import ContractTemplate, SigningKey
from ryorin.sales.contracts.queries import current_key, templates
from ryorin.sales.contracts.rules.wording import NAMES, Clause, clauses_in
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.sales.contracts_forms import KeyForm, TemplateForm
from ryorin.web.sales.contracts_writing import typed_clauses
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.rules import require


@require_http_methods(["GET"])
def contract_templates(request: HttpRequest) -> HttpResponse:
    """Show the templates, those out of use at the end."""
    require(member_of(request), "contracts.settings")
    templates()
    rows = ContractTemplate.objects.order_by("-is_active", "position", "pk")
    return render(request, "sales/contracts/templates.html", {"rows": rows, "tabs": tabs(request)})


@require_http_methods(["GET", "POST"])
def contract_template_new(request: HttpRequest) -> HttpResponse:
    """Show the form for a new template, or add it."""
    member = member_of(request)
    require(member, "contracts.settings")
    form = TemplateForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "clauses": [Clause("", "")], "template": None}
    if request.method == "POST":
        context["clauses"] = typed_clauses(request) or [Clause("", "")]
        if form.is_valid():
            try:
                actions.create_template(by=member, clauses=typed_clauses(request), **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                return moved_on(request, _("ひな形を追加しました。"), to=reverse("contract_templates"))
    return _template_page(request, context)


@require_http_methods(["GET", "POST"])
def contract_template(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a template to be changed, or keep it as its next revision."""
    member = member_of(request)
    require(member, "contracts.settings")
    template = get_object_or_404(ContractTemplate, pk=pk)
    revision = template.revisions.get(revision=template.revision)
    form = TemplateForm(request.POST or None, instance=template)
    for name in ("kind", "language"):
        form.fields[name].disabled = True
    clauses = clauses_in(revision.clauses)
    context: dict[str, Any] = {"form": form, "clauses": clauses, "template": template, "version": template.version}
    context["revisions"] = template.revisions.select_related("made_by")
    if request.method == "POST":
        context |= {"clauses": typed_clauses(request) or [Clause("", "")], "version": version_in(request)}
        if form.is_valid():
            values = {name: form.cleaned_data[name] for name in ("name", "title")}
            try:
                version = version_in(request)
                actions.save_template(template, clauses=typed_clauses(request), version=version, by=member, **values)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                return moved_on(request, _("ひな形を保存しました。"), to=reverse("contract_templates"))
    return _template_page(request, context)


@require_POST
def contract_template_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a template no more, or again."""
    template = actions.retire_template(get_object_or_404(ContractTemplate, pk=pk), by=member_of(request))
    text = _("ひな形をまた使えるようにしました。") if template.is_active else _("ひな形の使用をやめました。")
    return moved_on(request, text, to=reverse("contract_templates"))


@require_http_methods(["GET", "POST"])
def signing_key(request: HttpRequest) -> HttpResponse:
    """Show the key in use, or take one from a PKCS#12 file."""
    member = member_of(request)
    require(member, "certificates.change")
    form = KeyForm(request.POST, request.FILES) if request.method == "POST" else KeyForm()
    if request.method == "POST" and form.is_valid():
        try:
            actions.import_key(form.cleaned_data["file"], password=form.cleaned_data["password"], by=member)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return moved_on(request, _("証明書を取り込みました。"), to=reverse("signing_key"))
    context = {"form": form, "key": current_key(), "keys": SigningKey.objects.all()[:20], "tabs": tabs(request)}
    return render(request, "sales/contracts/key.html", context, status=422 if form.errors else 200)


@require_POST
def signing_key_make(request: HttpRequest) -> HttpResponse:
    """Make a new key of our own."""
    actions.make_key(by=member_of(request))
    return moved_on(request, _("新しい鍵をつくりました。"), to=reverse("signing_key"))


def _template_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    language = context["template"].language if context["template"] else "ja"
    context["names"] = [(ja if language == "ja" else en, what) for ja, en, what in NAMES.values()]
    context["tabs"] = tabs(request)
    status = 422 if context["form"].errors else 200
    return render(request, "sales/contracts/template.html", context, status=status)
