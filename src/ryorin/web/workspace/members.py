"""Members: who they are, how far they see, how they sign in."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ryorin.lib import clock
from ryorin.web.answers import is_fragment, member_of, moved_on
from ryorin.web.workspace.forms import InvitationForm, MemberForm, attempt, latest_version, of_row, particulars
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members import actions
from ryorin.workspace.members.models import Member
from ryorin.workspace.members.queries import all_members
from ryorin.workspace.members.rules import require


@require_GET
def members(request: HttpRequest) -> HttpResponse:
    require(member_of(request), "members.change")
    guarded = set(Authenticator.objects.filter(type=Authenticator.Type.TOTP).values_list("user_id", flat=True))
    context = {"members": all_members(), "guarded": guarded, "today": clock.today(), "tabs": tabs(request)}
    return render(request, "workspace/members.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def member_new(request: HttpRequest) -> HttpResponse:
    """Invite somebody: the answer shows the password for the first sign-in, once."""
    by = member_of(request)
    require(by, "members.change")
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        invited = attempt(form, lambda: actions.invite_member(by=by, **form.cleaned_data))
        if invited is not None:
            context = {"found": invited[0], "password": invited[1], "tabs": tabs(request)}
            return render(request, "workspace/member_invited.html", context)
    context = {"form": form, "tabs": tabs(request)}
    return render(request, "workspace/member_new.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def member(request: HttpRequest, pk: int) -> HttpResponse:
    by = member_of(request)
    require(by, "members.change")
    found = get_object_or_404(Member.objects.select_related("team"), pk=pk)
    form = MemberForm(request.POST) if request.method == "POST" else MemberForm(initial=of_row(MemberForm, found))
    if form.is_bound and form.is_valid():
        version = form.cleaned_data["version"]
        if attempt(form, lambda: actions.change_member(found, by=by, version=version, **particulars(form))):
            messages.success(request, _("%(name)s さんの設定を保存しました。") % {"name": found.name})
            return redirect("members")
        latest_version(form, Member.objects.get(pk=pk))
    return render(
        request, "workspace/member.html", page_of(request, found, form=form), status=400 if form.errors else 200
    )


@never_cache
@require_POST
def member_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace the password; the answer shows the new one, once."""
    found = get_object_or_404(Member, pk=pk)
    password = actions.issue_password(found, by=member_of(request))
    form = MemberForm(initial=of_row(MemberForm, found))
    template = "workspace/member.html#sign_in" if is_fragment(request) else "workspace/member.html"
    return render(request, template, page_of(request, found, form=form, password=password))


@require_POST
def member_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Member, pk=pk)
    actions.reset_second_factor(found, by=member_of(request))
    text = _("%(name)s さんの2段階認証を解除しました。") % {"name": found.name}
    return moved_on(request, text, to=reverse("member", args=[pk]))


@require_POST
def member_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    found = actions.deactivate_member(get_object_or_404(Member, pk=pk), by=member_of(request))
    return moved_on(request, _("%(name)s さんの利用を停止しました。") % {"name": found.name}, to=reverse("members"))


@require_POST
def member_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    found = actions.reactivate_member(get_object_or_404(Member, pk=pk), by=member_of(request))
    return moved_on(request, _("%(name)s さんの利用を再開しました。") % {"name": found.name}, to=reverse("members"))


def page_of(request: HttpRequest, found: Member, *, form: MemberForm, password: str = "") -> dict[str, Any]:
    return {
        "found": found,
        "form": form,
        "password": password,
        "is_guarded": Authenticator.objects.filter(user=found, type=Authenticator.Type.TOTP).exists(),
        "sessions": UserSession.objects.filter(user=found).count(),
        "is_oneself": found.pk == request.user.pk,
        "tabs": tabs(request),
    }
