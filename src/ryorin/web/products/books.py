"""Price books: all of them, and one with its period, its customers and its prices."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.customers.companies.queries import customer_groups
from ryorin.lib import clock
from ryorin.lib.errors import Refusal
from ryorin.lib.postal import PREFECTURES
from ryorin.products.prices.actions import change_book, create_book, delete_book
from ryorin.products.prices.errors import PriceBookRefused
from ryorin.products.prices.models import PriceBook
from ryorin.web.answers import member_of, moved_on
from ryorin.web.context import company
from ryorin.web.inputs import DayField
from ryorin.web.once import new_token, once
from ryorin.web.products.prices import PriceQuestion, sheet_of
from ryorin.workspace.members.errors import StaleRecord
from ryorin.workspace.members.rules import require

LISTED = 500


class PriceBookForm(forms.Form):
    name = forms.CharField(label=lazy("価格表の名前"), max_length=80, help_text=lazy("例：代理店 2026"))
    valid_from = DayField(label=lazy("適用開始日"))
    valid_to = DayField(label=lazy("適用終了日"), required=False, help_text=lazy("空欄は、期限なし。"))
    customer_group = forms.CharField(
        label=lazy("顧客グループ"),
        max_length=40,
        required=False,
        help_text=lazy("会社の顧客グループと同じ名前。空欄は、すべての顧客。"),
    )
    prefectures = forms.MultipleChoiceField(
        label=lazy("地域"), choices=list(PREFECTURES.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_active = forms.BooleanField(label=lazy("使用する"), required=False, initial=True)
    note = forms.CharField(
        label=lazy("メモ"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer_group"].widget.attrs |= {"list": "customer-groups", "autocomplete": "off"}

    @staticmethod
    def initial_of(book: PriceBook) -> dict[str, Any]:
        return {name: getattr(book, name) for name in PriceBookForm.base_fields}


def visible(request: HttpRequest) -> QuerySet[PriceBook]:
    return PriceBook.objects.visible_to(member_of(request))


@require_GET
def price_books(request: HttpRequest) -> HttpResponse:
    """All price books, those that hold today first, and the question what a product costs."""
    today = clock.today(company().time_zone)
    books = list(visible(request).annotate(prices=Count("entries"))[:LISTED])
    rows = [{"book": book, "places": places_of(book), "state": state_of(book, today)} for book in books]
    rows.sort(key=lambda row: ("now", "later", "over", "off").index(str(row["state"])))
    context = {"rows": rows, "question": PriceQuestion(initial={"quantity": "1", "on": today})}
    return render(request, "products/books.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def price_book_new(request: HttpRequest) -> HttpResponse:
    require(member_of(request), "prices.change")
    form = PriceBookForm(request.POST or None, initial={"valid_from": clock.today(company().time_zone)})
    if request.method == "POST" and form.is_valid():
        try:
            pk = once(request, lambda: create_book(by=member_of(request), **form.cleaned_data))
        except PriceBookRefused as refusal:
            refuse(form, refusal)
        else:
            return redirect("price_book", pk) if pk else redirect("price_books")
    return book_form(request, form, title=_("価格表をつくる"), back=reverse("price_books"))


@require_GET
def price_book(request: HttpRequest, pk: int) -> HttpResponse:
    """One price book with a page of its prices as a sheet to be edited."""
    found = get_object_or_404(visible(request), pk=pk)
    today = clock.today(company().time_zone)
    context = {"book": found, "places": places_of(found), "state": state_of(found, today)} | sheet_of(request, found)
    question = PriceQuestion(initial={"quantity": "1", "on": max(today, found.valid_from)})
    return render(request, "products/book.html", context | {"question": question})


@require_http_methods(["GET", "HEAD", "POST"])
def price_book_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The period and the customers of a book; its prices stand on its page."""
    found = get_object_or_404(visible(request), pk=pk)
    require(member_of(request), "prices.change")
    form = PriceBookForm(request.POST or None, initial=PriceBookForm.initial_of(found))
    version, status = request.POST.get("version", str(found.version)), 200
    if request.method == "POST" and form.is_valid():
        known = int(version) if version.isdecimal() and len(version) < 10 else 0
        try:
            change_book(found, by=member_of(request), version=known, **form.cleaned_data)
        except PriceBookRefused as refusal:
            refuse(form, refusal)
        except StaleRecord as refusal:
            found.refresh_from_db()
            form.add_error(None, str(refusal))
            version, status = str(found.version), 409
        else:
            messages.success(request, _("保存しました。"))
            return redirect("price_book", pk)
    more = {"book": found, "version": version, "status": status}
    return book_form(request, form, title=found.name, back=reverse("price_book", args=[pk]), **more)


@require_POST
def price_book_delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible(request), pk=pk)
    name = found.name
    delete_book(found, by=member_of(request))
    return moved_on(request, _("価格表「%(name)s」を削除しました。") % {"name": name}, to=reverse("price_books"))


def book_form(request: HttpRequest, form: PriceBookForm, *, title: str, back: str, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    context = {"form": form, "title": title, "back": back, "groups": customer_groups()}
    context |= {"once": request.POST.get("once") or new_token(), **more}
    return render(request, "products/book_form.html", context, status=422 if form.errors and status == 200 else status)


def refuse(form: forms.Form, refusal: PriceBookRefused | Refusal) -> None:
    """This function will say each problem beside its field."""
    for name, problem in getattr(refusal, "errors", {"": str(refusal)}).items():
        form.add_error(name if name in form.fields else None, problem)


def places_of(book: PriceBook) -> str:
    """Return the names of the book's prefectures, "" for everywhere."""
    return _("、").join(PREFECTURES[code] for code in book.prefectures if code in PREFECTURES)


def state_of(book: PriceBook, today: Any) -> str:
    """Return whether the book holds now, later, not any more, or was switched off."""
    if not book.is_active:
        return "off"
    if book.valid_from > today:
        return "later"
    return "over" if book.valid_to is not None and book.valid_to < today else "now"
