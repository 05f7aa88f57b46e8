"""Pages of forms for members: the list, putting one together, publishing it, and what people answered."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.marketing.campaigns.rules import code_from
from ryorin.marketing.pages.actions import (
    accept_answer,
    change_form,
    close_form,
    create_form,
    delete_form,
    publish_form,
)
from ryorin.marketing.pages.errors import FormInvalid
from ryorin.marketing.pages.models import Form, FormAnswer, FormQuerySet
from ryorin.web.answers import member_of
from ryorin.web.customers.undo import deleted
from ryorin.web.lists.state import whole
from ryorin.web.marketing.answers import answer_lines
from ryorin.web.marketing.links import qr
from ryorin.web.marketing.pages import page_tabs
from ryorin.web.marketing.public import questions_of
from ryorin.web.marketing.questions import FIRST_QUESTIONS, PRESETS, FormSettings, choices_for_rows, rows_in, rows_of
from ryorin.web.once import new_token, once
from ryorin.workspace.files.actions import keep
from ryorin.workspace.files.rules import LARGEST
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import may, require

SHOWN = 50


@require_GET
def forms(request: HttpRequest) -> HttpResponse:
    rows = visible(request).select_related("campaign").order_by("state", "-pk")
    counted = rows.annotate(
        taken=Count("answers", filter=Q(answers__is_spam=False)), spam=Count("answers", filter=Q(answers__is_spam=True))
    )
    page = Paginator(counted, SHOWN).get_page(request.GET.get("page"))
    context = {"forms": page, "may_change": may(member_of(request), "forms.change"), "tabs": page_tabs("forms")}
    return render(request, "marketing/forms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def form_new(request: HttpRequest) -> HttpResponse:
    """Start a form with the usual questions."""
    require(member_of(request), "forms.change")
    shown = FormSettings.NewForm(request.POST or None, initial={"campaign": whole(request.GET.get("campaign"))})
    if request.method == "POST" and shown.is_valid():
        pk = once(request, lambda: begin(request, shown.cleaned_data))
        return redirect("form_edit", pk) if pk else redirect("forms")
    context = {"form": shown, "title": _("フォームを作る"), "back": reverse("forms")}
    status = 422 if shown.errors else 200
    context["once"] = request.POST.get("once") or new_token()
    return render(request, "marketing/form_new.html", context, status=status)


def begin(request: HttpRequest, values: dict[str, Any]) -> Form:
    slug = code_from(values["name"]) or "form"
    if Form.objects.filter(slug=slug).exists():
        slug = f"{slug}-{secrets.token_hex(3)}"
    return create_form(
        by=member_of(request),
        name=values["name"],
        slug=slug,
        title=values["name"],
        fields=[dict(question) for question in FIRST_QUESTIONS],
        campaign=values["campaign"],
        thank_you=_("送信しました。ありがとうございました。"),
        consent_text=_("ご入力いただいた情報は、お問い合わせへの対応とご連絡のためにだけ利用します。"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def form_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the builder; take the whole form when it is sent back."""
    found = get_object_or_404(visible(request).select_related("campaign"), pk=pk)
    if request.method != "POST":
        return builder(request, found, FormSettings(initial=FormSettings.initial_of(found)), rows_of(found.fields))
    require(member_of(request), "forms.change")
    settings, rows = FormSettings(request.POST), rows_in(request.POST)
    version, status = request.POST.get("version", ""), 422
    if settings.is_valid():
        try:
            change_form(found, by=member_of(request), version=whole(version) or 0, fields=rows, **settings.cleaned_data)
        except FormInvalid as refusal:
            settings.add_error(None, str(refusal))
        except StaleRecord as refusal:
            found.refresh_from_db()
            settings.add_error(None, str(refusal))
            version, status = str(found.version), 409
        else:
            messages.success(request, _("保存しました。"))
            return redirect("form_edit", pk)
    return builder(request, found, settings, rows, version=version, status=status)


def builder(
    request: HttpRequest,
    found: Form,
    settings: FormSettings,
    rows: list[dict[str, Any]],
    *,
    version: str = "",
    status: int = 200,
) -> HttpResponse:
    address = request.build_absolute_uri(reverse("form_public", args=[found.slug]))
    context = {
        "found": found,
        "form": settings,
        "rows": [row | {"key": place} for place, row in enumerate(rows)],
        "presets": PRESETS,
        "version": version or found.version,
        "address": address,
        "embed": f'<iframe src="{address}" width="100%" height="900" title="{found.slug}" loading="lazy"></iframe>',
        "answer_count": found.answers.filter(is_spam=False).count(),
        "may_change": may(member_of(request), "forms.change"),
        **choices_for_rows(),
    }
    return render(request, "marketing/form_edit.html", context, status=status)


@require_GET
def form_question(request: HttpRequest) -> HttpResponse:
    """Return one more question for the builder."""
    row = dict(PRESETS.get(request.GET.get("preset", ""), PRESETS["text"]).question)
    context = {"row": row | {"key": secrets.token_hex(4)}, "may_change": True, **choices_for_rows()}
    return render(request, "marketing/question.html", context)


@require_POST
def form_publish(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible(request), pk=pk)
    publish_form(found, by=member_of(request))
    messages.success(request, _("フォームを公開しました。"))
    return redirect("form_edit", pk)


@require_POST
def form_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a form nobody has answered; the message after it brings it back."""
    found = get_object_or_404(visible(request), pk=pk)
    entry = delete_form(found, by=member_of(request))
    return deleted(request, found.name, entry, "forms")


@require_POST
def form_close(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible(request), pk=pk)
    close_form(found, by=member_of(request))
    messages.success(request, _("フォームの受付を終了しました。"))
    return redirect("form_edit", pk)


@require_POST
def form_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file behind the form, handed out after an answer; or take it away."""
    found = get_object_or_404(visible(request), pk=pk)
    require(member_of(request), "forms.change")
    given = request.FILES.get("file")
    if given is None and not request.POST.get("remove"):
        raise Refusal(_("資料のファイルを選んでください。"))
    file = keep(given.read(LARGEST + 1), name=given.name or "", by=member_of(request)) if given else None
    change_form(found, by=member_of(request), version=None, download=file)
    messages.success(request, _("資料を置きました。") if file else _("資料を外しました。"))
    return redirect("form_edit", pk)


@require_GET
def form_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the form said in each of its versions, as visitors saw it."""
    found = get_object_or_404(visible(request), pk=pk)
    versions = found.versions.select_related("by").annotate(taken=Count("answers"))[:SHOWN]
    return render(request, "marketing/form_versions.html", {"found": found, "versions": versions})


@require_GET
def form_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form as people will see it; nothing can be sent from here."""
    found = get_object_or_404(visible(request), pk=pk)
    context = {"form": found, "questions": questions_of(found), "is_preview": True}
    return render(request, "marketing/public.html", context)


@require_GET
def form_qr(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    found = get_object_or_404(visible(request), pk=pk)
    return qr(request.build_absolute_uri(reverse("form_public", args=[found.slug])), kind, name=found.slug)


@require_GET
def form_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what people answered; what looks like spam stands apart, to be looked through."""
    found = get_object_or_404(visible(request), pk=pk)
    spam = request.GET.get("tab") == "spam"
    rows = found.answers.filter(is_spam=spam).select_related("person")
    page = Paginator(rows, SHOWN).get_page(request.GET.get("page"))
    address = reverse("form_answers", args=[pk])
    counts = {kind: found.answers.filter(is_spam=kind).count() for kind in (False, True)}
    context = {
        "found": found,
        "page": page,
        "answers": answer_lines(page.object_list, found, member_of(request)),
        "is_spam": spam,
        "tabs": [
            {"label": _("回答"), "url": address, "is_current": not spam, "count": counts[False]},
            {"label": _("迷惑回答の疑い"), "url": f"{address}?tab=spam", "is_current": spam, "count": counts[True]},
        ],
        "may_change": may(member_of(request), "forms.change"),
        "may_export": may(member_of(request), "records.export"),
    }
    return render(request, "marketing/answers.html", context)


@require_POST
def form_answer_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an answer out of the spam."""
    kept = get_object_or_404(FormAnswer, pk=pk, form__in=visible(request))
    kept = accept_answer(kept, by=member_of(request))
    messages.success(request, _("回答を受け付け、顧客に登録しました。"))
    return redirect("form_answers", kept.form_id)


def visible(request: HttpRequest) -> FormQuerySet:
    """Return the forms the member may see."""
    found: FormQuerySet = Form.objects.visible_to(member_of(request))
    return found
