"""How allauth behaves here: administrators add members, the trail knows of sign-ins, secrets are stored locked."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ryorin.lib.vault import lock, unlock
from ryorin.workspace.members.actions import note_sign_in, set_password
from ryorin.workspace.members.models import Member


class OnlyInvitedMembers(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Member, password: str) -> None:
        set_password(user, password=password, by=user)

    def post_login(self, request: HttpRequest, user: Member, **options: Any) -> HttpResponse:
        note_sign_in(user)
        answer: HttpResponse = super().post_login(request, user, **options)
        return answer


class LockedSecrets(DefaultMFAAdapter):
    """The secrets of second factors and recovery codes can be read only with the key outside the database."""

    def encrypt(self, text: str) -> str:
        return lock(text, key=settings.SECRET_KEY)

    def decrypt(self, encrypted_text: str) -> str:
        return unlock(encrypted_text, key=settings.SECRET_KEY)
