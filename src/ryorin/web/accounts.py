"""How allauth behaves here: nobody signs up by themselves; administrators add members."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class OnlyInvitedMembers(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
