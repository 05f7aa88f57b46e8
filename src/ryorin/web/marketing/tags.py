"""What pages send to others: the register, the notice for visitors, what is missing; and statements of purpose."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.marketing.pages.models import Form, FormState
from ryorin.marketing.sites.models import LandingPage, Site
from ryorin.marketing.tags import actions
from ryorin.marketing.tags.models import Notice, Statement, Tag
from ryorin.marketing.tags.queries import is_notice_due, missing_entries, newest_notice, statements, told
from ryorin.marketing.tags.rules import READY, Document
from ryorin.web.answers import member_of, version_in
from ryorin.web.context import company
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.rules import may, require

MOST_PAGES = 2_000


class TagForm(forms.Form):
    name = forms.CharField(label=lazy("サービス名"), max_length=120)
    recipient = forms.CharField(label=lazy("送信先"), max_length=160)
    data = forms.CharField(label=lazy("送信される情報"), max_length=2_000)  # type: ignore[assignment]
    our_purpose = forms.CharField(label=lazy("当社の利用目的"), max_length=2_000)
    their_purpose = forms.CharField(label=lazy("送信先の利用目的"), max_length=2_000)
    policy_url = forms.CharField(label=lazy("送信先のプライバシーポリシー"), max_length=500, required=False)
    refusal_url = forms.CharField(label=lazy("送信を止める方法のページ"), max_length=500, required=False)
    hosts = forms.CharField(
        label=lazy("送信先のホスト名"),
        max_length=2_000,
        required=False,
        help_text=lazy("1行に1つ。「.」で始めると、その下のホストもすべて含みます。"),
    )
    name_en = forms.CharField(label=lazy("サービス名（英語）"), max_length=120, required=False)
    recipient_en = forms.CharField(label=lazy("送信先（英語）"), max_length=160, required=False)
    data_en = forms.CharField(label=lazy("送信される情報（英語）"), max_length=2_000, required=False)
    our_purpose_en = forms.CharField(label=lazy("当社の利用目的（英語）"), max_length=2_000, required=False)
    their_purpose_en = forms.CharField(label=lazy("送信先の利用目的（英語）"), max_length=2_000, required=False)
    is_active = forms.BooleanField(label=lazy("使用中（公表する）"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("data", "our_purpose", "their_purpose", "hosts", "data_en", "our_purpose_en", "their_purpose_en"):
            self.fields[name].widget = forms.Textarea(attrs={"rows": 2})


class StatementForm(forms.Form):
    name = forms.CharField(label=lazy("名前"), max_length=80)
    text = forms.CharField(label=lazy("利用目的の文面"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 5}))


@require_GET
def tags(request: HttpRequest) -> HttpResponse:
    """Show the register, what pages send that is not in it, and whether the notice says what the register says."""
    require(member_of(request), "tags.change")
    rows = Tag.objects.visible_to(member_of(request))
    known = set(rows.values_list("key", flat=True))
    context = {
        "tabs": tabs(request),
        "rows": rows,
        "ready": [(key, entry["name"]) for key, entry in READY.items() if key not in known],
        "missing": missing_entries(published_documents(), own=Site.objects.values_list("host", flat=True)),
        "notice": newest_notice(),
        "is_due": is_notice_due(),
        "public_url": request.build_absolute_uri(reverse("external_transmission")),
    }
    return render(request, "marketing/tags/tags.html", context)


@require_http_methods(["GET", "POST"])
def tag_new(request: HttpRequest) -> HttpResponse:
    """Enter a service, from its ready words where there are some."""
    member = member_of(request)
    require(member, "tags.change")
    ready = request.POST.get("ready", "") or request.GET.get("ready", "")
    ready = ready if ready in READY else ""
    host = request.GET.get("host", "")[:120]
    initial = shown_as({"hosts": [host] if host else []} | READY.get(ready, {})) | {"is_active": True}
    form = TagForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: value for name, value in form.cleaned_data.items() if name != "is_active"}
        try:
            made = actions.add_tag(by=member, ready=ready, **values)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("「%(name)s」を登録しました。") % {"name": made.name})
            return redirect("tags")
    context = {"form": form, "ready": ready, "tabs": tabs(request)}
    return render(request, "marketing/tags/tag.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def tag(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one entry, and take changes to it."""
    member = member_of(request)
    require(member, "tags.change")
    found = get_object_or_404(Tag.objects.visible_to(member), pk=pk)
    initial = shown_as({name: getattr(found, name) for name in TagForm.base_fields})
    form = TagForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_tag(found, by=member, version=version_in(request), **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("tags")
    context = {"form": form, "tag": found, "tabs": tabs(request)}
    return render(request, "marketing/tags/tag.html", context, status=422 if form.errors else 200)


@require_POST
def notice_publish(request: HttpRequest) -> HttpResponse:
    """Publish the register as it stands."""
    notice = actions.publish_notice(by=member_of(request))
    messages.success(request, _("第%(number)s版を公表しました。") % {"number": notice.number})
    return redirect("tags")


@require_GET
def external_transmission(request: HttpRequest) -> HttpResponse:
    """Show visitors what is sent to whom and why; earlier versions can be read too."""
    return render(request, "marketing/tags/notice.html", notice_asked_for(request))


def notice_asked_for(request: HttpRequest) -> dict[str, Any]:
    """Return what a page with the notice shows: the newest one, or the version in the address."""
    text = request.GET.get("version", "")
    notices = Notice.objects.all()
    if text.isdecimal() and len(text) < 9:
        notice = notices.filter(number=int(text)).first()
        if notice is None:
            raise Http404
    else:
        notice = newest_notice()
    return {
        "company": company(),
        "notice": notice,
        "entries": told(notice) if notice else [],
        "versions": notices.only("number", "published_at")[:20],
    }


@require_http_methods(["GET", "POST"])
def purposes(request: HttpRequest) -> HttpResponse:
    """Show the statements of purpose with the forms that show them, and take a new one."""
    member = member_of(request)
    require(member, "forms.change")
    form = StatementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_statement(by=member, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("保存しました。"))
            return redirect("purposes")
    used = dict(
        Form.objects.filter(statement__isnull=False).values_list("statement").annotate(n=Count("pk")).order_by()
    )
    without = Form.objects.visible_to(member).filter(state=FormState.PUBLISHED, consent_text="")
    context = {
        "form": form,
        "rows": [
            (one, newest, [(each, used.get(each.pk, 0)) for each in one.versions.all()])
            for one, newest in statements(member)
        ],
        "without": without,
        "may_change": may(member, "forms.change"),
        "tabs": tabs(request),
    }
    return render(request, "marketing/tags/purposes.html", context, status=422 if form.errors else 200)


@require_POST
def purpose_reword(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a statement another wording; forms keep theirs until somebody chooses the new one."""
    found = get_object_or_404(Statement.objects.visible_to(member_of(request)), pk=pk)
    is_active = request.POST.get("step") != "retire"
    newest = found.versions.all()[0].text
    text = request.POST.get("text", newest) if is_active else newest
    actions.reword_statement(found, text=text, by=member_of(request), version=version_in(request), is_active=is_active)
    messages.success(request, _("保存しました。"))
    return redirect("purposes")


def published_documents() -> Iterator[Document]:
    """Yield what visitors see: published pages and forms."""
    for page in LandingPage.objects.filter(live__isnull=False).select_related("live")[:MOST_PAGES]:
        if page.live is not None:
            seen = f"{page.live.html}<style>{page.live.css}</style>"
            yield Document(page.name, reverse("page", args=[page.pk]), seen)
    for form in Form.objects.filter(state=FormState.PUBLISHED)[:MOST_PAGES]:
        yield Document(form.name, reverse("form_edit", args=[form.pk]), f"{form.intro}\n{form.thank_you}")


def shown_as(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values as the page shows them: a host on each line."""
    return values | {"hosts": "\n".join(values.get("hosts", []))}
