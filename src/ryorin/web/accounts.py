"""How allauth behaves here: nobody signs up by themselves; administrators add members; the trail knows of sign-ins."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

from ryorin.workspace.members.actions import note_sign_in, set_password
from ryorin.workspace.members.models import Member


class OnlyInvitedMembers(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Member, password: str) -> None:
        set_password(user, password=password, by=user)

    def post_login(self, request: HttpRequest, user: Member, **options: Any) -> HttpResponse:
        note_sign_in(user)
        answer: HttpResponse = super().post_login(request, user, **options)
        return answer
