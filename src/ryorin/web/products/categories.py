"""The categories of products: two levels, edited where they stand."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.products.catalogue.actions import add_category, change_category, delete_category
from ryorin.products.catalogue.models import Category, Product
from ryorin.web.answers import member_of, moved_on, picked, version_in
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.rules import require


@require_http_methods(["GET", "HEAD", "POST"])
def categories(request: HttpRequest) -> HttpResponse:
    """The tree of categories; a POST adds one."""
    member = member_of(request)
    require(member, "products.change")
    problem = ""
    if request.method == "POST":
        parent = picked(Category.objects.filter(parent=None), request.POST.get("parent"))
        try:
            added = add_category(by=member, name=request.POST.get("name", ""), parent=parent)
            messages.success(request, _("分類「%(name)s」を追加しました。") % {"name": added.name})
            return redirect("categories")
        except Refusal as refusal:
            problem = str(refusal)
    counted = Product.objects.exclude(category="").order_by().values_list("category").annotate(Count("pk"))
    counts = dict(counted)
    tops = list(Category.objects.filter(parent=None).prefetch_related("children"))
    rows = [
        {"category": one, "count": counts.get(one.name, 0), "is_top": one.parent_id is None, "is_free": is_free}
        for top in tops
        for one, is_free in ((top, not top.children.all()), *((child, True) for child in top.children.all()))
    ]
    context = {"rows": rows, "tops": tops, "problem": problem, "typed": request.POST, "tabs": tabs(request)}
    return render(request, "products/categories.html", context, status=422 if problem else 200)


@require_POST
def category(request: HttpRequest, pk: int) -> HttpResponse:
    member = member_of(request)
    require(member, "products.change")
    found = get_object_or_404(Category, pk=pk)
    changed = change_category(
        found,
        by=member,
        version=version_in(request),
        name=request.POST.get("name", ""),
        parent=picked(Category.objects.filter(parent=None), request.POST.get("parent")),
    )
    return moved_on(request, _("分類「%(name)s」を変更しました。") % {"name": changed.name}, to=reverse("categories"))


@require_POST
def category_delete(request: HttpRequest, pk: int) -> HttpResponse:
    member = member_of(request)
    require(member, "products.change")
    found = get_object_or_404(Category, pk=pk)
    delete_category(found, by=member)
    return moved_on(request, _("分類「%(name)s」を削除しました。") % {"name": found.name}, to=reverse("categories"))
