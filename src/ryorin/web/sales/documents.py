"""The archive of documents (文書): found by day, amount and counterparty together, downloaded, proved."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from ryorin.sales.contracts.queries.proving import prove
from ryorin.sales.documents.models import DocumentKind, IssuedDocument
from ryorin.sales.documents.queries import content, found
from ryorin.sales.documents.rules import LARGEST_PDF, Search
from ryorin.web.answers import MOST_DIGITS, member_of
from ryorin.web.inputs import DayField, MoneyField

SHOWN = 50


class SearchForm(forms.Form):
    """What the law asks a search to know: day, amount and counterparty, as ranges and together."""

    since = DayField(label=_("発行日（から）"), required=False)
    until = DayField(label=_("発行日（まで）"), required=False)
    least = MoneyField(label=_("金額（以上）"), required=False)
    most = MoneyField(label=_("金額（以下）"), required=False)
    counterparty = forms.CharField(label=_("相手先"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("種類"), choices=[("", _("すべて")), *DocumentKind.choices], required=False, widget=forms.Select
    )
    number = forms.CharField(label=_("番号"), max_length=40, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("least", "most"):
            if not str(self.data.get(name) or "").strip():
                values[name] = None
        return values


class UploadForm(forms.Form):
    file = forms.FileField(label=_("確かめるPDFファイル"), widget=forms.FileInput(attrs={"accept": ".pdf"}))

    def clean_file(self) -> bytes:
        uploaded = self.cleaned_data["file"]
        if uploaded.size > LARGEST_PDF:
            raise forms.ValidationError(_("ファイルが大きすぎます（20MBまで）。"))
        return bytes(uploaded.read())


@require_GET
def documents(request: HttpRequest) -> HttpResponse:
    """Show the documents that were issued, newest first, narrowed by what is asked."""
    form = SearchForm(request.GET or None)
    asked = Search(**form.cleaned_data) if form.is_bound and form.is_valid() else Search()
    rows = found(asked, member_of(request))
    if place := _place(request.GET.get("after", "")):
        day, pk = place
        rows = rows.filter(issued_on__lte=day).exclude(issued_on=day, pk__gte=pk)
    page = list(rows[: SHOWN + 1])
    last = page[SHOWN - 1] if len(page) > SHOWN else None
    context = {
        "form": form if form.is_bound else SearchForm(),
        "rows": [] if form.is_bound and not form.is_valid() else page[:SHOWN],
        "next_after": f"{last.issued_on.isoformat()}_{last.pk}" if last else "",
        "is_narrowed": any(request.GET.get(name) for name in SearchForm.base_fields),
    }
    return render(request, "sales/documents/documents.html", context)


@require_GET
def document_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Return a document exactly as it was issued."""
    document = get_object_or_404(IssuedDocument.objects.visible_to(member_of(request)), pk=pk)
    return as_pdf(content(document), document.file_name)


@require_http_methods(["GET", "POST"])
def document_prove(request: HttpRequest) -> HttpResponse:
    """Tell whether a PDF is genuine, tampered with, or none of ours."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        proven = prove(form.cleaned_data["file"])
        context["proven"] = proven
        seen = IssuedDocument.objects.visible_to(member_of(request))
        context["document"] = seen.filter(pk=proven.document.pk).first() if proven.document else None
    return render(request, "sales/documents/prove.html", context, status=422 if form.errors else 200)


def as_pdf(pdf: bytes, name: str) -> HttpResponse:
    """Return a PDF to be kept, never shown inside a page of ours."""
    header = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": header})


def _place(after: str) -> tuple[Any, int] | None:
    """Return the day and id a page key stands for, None for one nobody gave out."""
    day, _mark, pk = after.partition("_")
    field = forms.DateField()
    try:
        return (field.clean(day), int(pk)) if pk.isdecimal() and len(pk) < MOST_DIGITS else None
    except forms.ValidationError:
        return None
