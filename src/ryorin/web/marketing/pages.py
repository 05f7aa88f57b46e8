"""Landing pages for members: the list, one page with its standing, publishing, variants and versions."""

from difflib import ndiff
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.marketing.pages.models import FormAnswer
from ryorin.marketing.sites.actions import (
    begin_test,
    change_page,
    create_page,
    default_site,
    delete_page,
    duplicate_page,
    end_page,
    keep_version,
    publish_page,
    return_to,
)
from ryorin.marketing.sites.actions.pages import test_of
from ryorin.marketing.sites.fields import LANDING_PAGE
from ryorin.marketing.sites.models import LandingPage, PageVersion
from ryorin.marketing.sites.queries import advice
from ryorin.marketing.sites.rules import text_of
from ryorin.web.answers import member_of, moved_on, version_in
from ryorin.web.lists import Listing, record_list
from ryorin.web.lists.changes import undo_address
from ryorin.web.lists.listing import Lead, Row
from ryorin.web.lists.state import whole
from ryorin.web.marketing.page_blocks import STARTERS, starting_html
from ryorin.web.marketing.page_editor import page_of
from ryorin.web.marketing.public_sites import origin
from ryorin.web.marketing.sites_inputs import MomentField, NewPage, PageSettings, time_chosen
from ryorin.web.once import new_token, once
from ryorin.web.templatetags.ryorin import maybe_url
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import may, require

MOST_VERSIONS = 100
MOST_LINES = 600


def page_tabs(here: str) -> list[dict[str, Any]]:
    """Return the tabs over pages and forms."""
    names = {"pages": _("ページ"), "forms": _("フォーム")}
    return [{"label": label, "url": reverse(name), "is_current": name == here} for name, label in names.items()]


def _lead(row: Row) -> str:
    place = f"/{row['path']}/" if row["path"] else ""
    return format_html('{}<span class="kana">{}</span>', row["name"], place)


PAGES = Listing(
    title=lazy("ページとフォーム"),
    url="pages",
    record_url="page",
    lead=Lead(label=lazy("ページ名"), paths=("name", "path"), show=_lead, sort="name"),
    new_url="page_new",
    new_label=lazy("ページを作る"),
    change_verb="pages.change",
    sort="-updated_at",
    empty_title=lazy("ページはまだありません"),
    empty_text=lazy("資料請求やセミナーのページを、ひな形から作れます。フォームを置くと、回答が顧客に登録されます。"),
    empty_url="page_new",
    empty_label=lazy("ページを作る"),
    icon="world-www",
    template="marketing/sites/pages.html",
)


@require_http_methods(["GET", "HEAD", "POST"])
def pages(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    rows = LandingPage.objects.visible_to(member).originals()
    request.page_tabs = page_tabs("pages")  # type: ignore[attr-defined]
    return record_list(request, record_type=LANDING_PAGE, rows=rows, member=member, listing=PAGES)


@require_http_methods(["GET", "HEAD", "POST"])
def page_new(request: HttpRequest) -> HttpResponse:
    """Start a page from one of the ready ones."""
    member = member_of(request)
    require(member, "pages.change")
    first = default_site()
    initial = {"site": first.pk, "language": first.language, "campaign": whole(request.GET.get("campaign"))}
    form = NewPage(request.POST or None, initial=initial | {"starter": STARTERS[0].name})
    if request.method == "POST" and form.is_valid():
        try:
            pk = once(request, lambda: begin(request, form.cleaned_data))
            return redirect("page_editor", pk) if pk else redirect("pages")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "title": _("ページを作る"),
        "back": reverse("pages"),
        "starters": STARTERS,
        "once": request.POST.get("once") or new_token(),
    }
    return render(request, "marketing/sites/page_new.html", context, status=422 if form.errors else 200)


def begin(request: HttpRequest, values: dict[str, Any]) -> LandingPage:
    html = starting_html(values.pop("starter"), values["language"], form=values["form"].pk if values["form"] else 0)
    values.pop("form")
    return create_page(by=member_of(request), html=html, **values)


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how a page stands: what is shown where, what could be better, its variants and its leads."""
    found = page_of(request, pk)
    if found.variant_of_id:
        return redirect("page", found.variant_of_id)
    variants = list(found.variants.select_related("live").order_by("pk"))
    answers = FormAnswer.objects.filter(place__page=found.pk, is_spam=False)
    test = test_of(found)
    context = {
        "found": found,
        "variants": variants,
        "test": test,
        "test_url": maybe_url("experiment", test.pk) if test else "",
        "advice": advice(found),
        "address": address_of(request, found),
        "answer_count": answers.count(),
        "versions": found.versions.select_related("by")[:5],
        "publish_at": MomentField.widget.format_value(MomentField().prepare_value(found.publish_at)) or "",
        "may_change": may(member_of(request), "pages.change"),
        "may_test": may(member_of(request), "experiments.change"),
    }
    return render(request, "marketing/sites/page.html", context)


def address_of(request: HttpRequest, found: LandingPage) -> str:
    """Return the page's whole address."""
    path = f"{found.site.base}{found.address}"
    return f"{origin(found.site)}{path}" if found.site.host else request.build_absolute_uri(path)


@require_http_methods(["GET", "HEAD", "POST"])
def page_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """Change address, search metadata and times of a page."""
    found = page_of(request, pk)
    require(member_of(request), "pages.change")
    form = PageSettings(request.POST or None, initial=PageSettings.initial_of(found))
    form.fields["translation_of"].queryset = (  # type: ignore[attr-defined]
        LandingPage.objects.originals().filter(site=found.site, translation_of=None).exclude(pk=found.pk)
    )
    version, status = str(found.version), 200
    if request.method == "POST":
        version, status = request.POST.get("version", ""), 422
        if form.is_valid():
            try:
                change_page(found, by=member_of(request), version=version_in(request), **form.cleaned_data)
                return moved_on(request, _("保存しました。"), to=reverse("page", args=[pk]))
            except StaleRecord as refusal:
                found.refresh_from_db()
                form.add_error(None, str(refusal))
                version, status = str(found.version), 409
            except Refusal as refusal:
                form.add_error(None, str(refusal))
    context = {
        "form": form,
        "found": found,
        "version": version,
        "title": _("ページの設定"),
        "back": reverse("page", args=[pk]),
        "chosen": chosen_pictures(form, ("picture",)),
    }
    return render(request, "marketing/sites/page_settings.html", context, status=status)


def chosen_pictures(form: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the pictures that a form's hidden boxes name."""
    found = {}
    for name in names:
        value = form[name].value()
        pk = getattr(value, "pk", value)
        rows = form.fields[name].queryset
        found[name] = rows.filter(pk=int(pk)).first() if str(pk or "").isdecimal() and len(str(pk)) < 19 else None
    return found


@require_POST
def page_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the draft now, or from the chosen time on."""
    found = page_of(request, pk)
    require(member_of(request), "pages.change")
    done = publish_page(found, by=member_of(request), at=time_chosen(request))
    text = _("公開を予約しました。") if done.state == "scheduled" else _("公開しました。")
    return back_to(request, found, text)


@require_POST
def page_end(request: HttpRequest, pk: int) -> HttpResponse:
    found = page_of(request, pk)
    end_page(found, by=member_of(request))
    return back_to(request, found, _("公開を終了しました。"))


@require_POST
def page_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Copy the page, as another one or as a variant to be tested against it."""
    found = page_of(request, pk)
    as_variant = request.POST.get("as") == "variant"
    made = once(request, lambda: duplicate_page(found, by=member_of(request), as_variant=as_variant))
    text = _("案をつくりました。違いを編集してください。") if as_variant else _("ページを複製しました。")
    messages.success(request, text)
    return redirect("page_editor" if as_variant else "page", made or pk)


@require_POST
def page_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = page_of(request, pk)
    entry = delete_page(found, by=member_of(request))
    to = reverse("page", args=[found.variant_of_id]) if found.variant_of_id else reverse("pages")
    text = _("「%(name)s」を削除しました。") % {"name": found.name}
    messages.success(request, text, extra_tags=f"undo:{undo_address([entry.pk])}")
    return redirect(to)


@require_POST
def page_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the A/B test of the page against its variants."""
    found = page_of(request, pk)
    test = begin_test(found, by=member_of(request))
    return back_to(request, found, _("「%(name)s」を始めました。") % {"name": test.name})


@require_GET
def page_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the versions of a page, and what changed between two of them."""
    found = page_of(request, pk)
    versions = list(found.versions.select_related("by").defer("project", "rendering")[:MOST_VERSIONS])
    old, new = number_in(request, "old"), number_in(request, "new")
    older = next((each for each in versions if each.number == old), None)
    newer = next((each for each in versions if each.number == new), None)
    context = {
        "found": found,
        "versions": versions,
        "older": older,
        "newer": newer,
        "changes": changes_between(older, newer, found) if older else [],
        "may_change": may(member_of(request), "pages.change"),
    }
    return render(request, "marketing/sites/versions.html", context)


def number_in(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def changes_between(older: PageVersion, newer: PageVersion | None, draft: LandingPage) -> list[tuple[str, str]]:
    """Return the lines that differ: ("+" or "-", line); the draft stands for a missing newer version."""
    first, second = lines_of(older.html), lines_of(newer.html if newer else draft.html)
    return [(line[0], line[2:]) for line in ndiff(first, second) if line[0] in "+-"][:MOST_LINES]


def lines_of(html: str) -> list[str]:
    """Return what a page says, a line for each piece of text."""
    pieces = (text_of(part) for part in html.replace("</", "\n</").split("\n"))
    return [piece for piece in pieces if piece][:2000]


@require_POST
def page_keep(request: HttpRequest, pk: int) -> HttpResponse:
    found = page_of(request, pk)
    kept = keep_version(found, by=member_of(request), note=request.POST.get("note", "")[:200])
    messages.success(request, _("第%(number)s版として保存しました。") % {"number": kept.number})
    return redirect("page_versions", pk)


@require_POST
def page_return(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Make the draft what an earlier version said."""
    found = page_of(request, pk)
    kept = get_object_or_404(PageVersion, page=found, number=min(number, 2**31 - 1))
    return_to(found, kept, by=member_of(request), version=None)
    messages.success(request, _("下書きを第%(number)s版に戻しました。") % {"number": kept.number})
    return redirect("page", found.variant_of_id or pk)


def back_to(request: HttpRequest, found: LandingPage, text: str) -> HttpResponse:
    return moved_on(request, text, to=reverse("page", args=[found.variant_of_id or found.pk]))
