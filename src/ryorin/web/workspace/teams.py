from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ryorin.lib.errors import Refusal
from ryorin.web.answers import member_of, moved_on, picked
from ryorin.web.workspace.sections import tabs
from ryorin.workspace.members.actions import add_team, appoint_head, delete_team, rename_team
from ryorin.workspace.members.models import Team
from ryorin.workspace.members.queries import active_members, all_teams
from ryorin.workspace.members.rules import require


@require_http_methods(["GET", "HEAD", "POST"])
def teams(request: HttpRequest) -> HttpResponse:
    """The teams with their members; a POST founds one."""
    member = member_of(request)
    require(member, "members.change")
    problem = ""
    if request.method == "POST":
        try:
            added = add_team(name=request.POST.get("name", ""), by=member)
            messages.success(request, _("チーム「%(name)s」を追加しました。") % {"name": added.name})
            return redirect("teams")
        except Refusal as refusal:
            problem = str(refusal)
    people: dict[int | None, list[str]] = {}
    for each in active_members():
        people.setdefault(each.team_id, []).append(each.name)
    rows = [{"team": team, "members": people.get(team.pk, [])} for team in all_teams()]
    context = {"rows": rows, "without": people.get(None, []), "problem": problem, "tabs": tabs(request)}
    context["candidates"] = active_members()
    return render(request, "workspace/teams.html", context, status=400 if problem else 200)


@require_POST
def team(request: HttpRequest, pk: int) -> HttpResponse:
    member = member_of(request)
    require(member, "members.change")
    if "head" in request.POST:
        found = get_object_or_404(Team, pk=pk)
        appointed = appoint_head(found, head=picked(active_members(), request.POST["head"]), by=member)
        text = _("「%(name)s」の責任者を変更しました。") % {"name": appointed.name}
        return moved_on(request, text, to=reverse("teams"))
    renamed = rename_team(get_object_or_404(Team, pk=pk), name=request.POST.get("name", ""), by=member)
    return moved_on(request, _("チーム名を「%(name)s」にしました。") % {"name": renamed.name}, to=reverse("teams"))


@require_POST
def team_delete(request: HttpRequest, pk: int) -> HttpResponse:
    member = member_of(request)
    require(member, "members.change")
    found = get_object_or_404(Team, pk=pk)
    delete_team(found, by=member)
    return moved_on(request, _("チーム「%(name)s」を削除しました。") % {"name": found.name}, to=reverse("teams"))
