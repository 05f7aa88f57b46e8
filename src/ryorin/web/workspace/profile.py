from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ryorin.web.answers import member_of
from ryorin.web.workspace.forms import ProfileForm, attempt, latest_version, of_row, particulars
from ryorin.web.workspace.proxies import proxies_of
from ryorin.workspace.members.actions import change_profile
from ryorin.workspace.members.models import Member


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What members say of themselves; password, second factor and sessions have pages of their own."""
    member = member_of(request)
    form = ProfileForm(request.POST) if request.method == "POST" else ProfileForm(initial=of_row(ProfileForm, member))
    if form.is_bound and form.is_valid():
        version = form.cleaned_data["version"]
        if attempt(form, lambda: change_profile(member, version=version, **particulars(form))):
            messages.success(request, _("プロフィールを保存しました。"))
            return redirect("profile")
        latest_version(form, Member.objects.get(pk=member.pk))
    context = {"form": form, **proxies_of(member)}
    return render(request, "workspace/profile.html", context, status=400 if form.errors else 200)
