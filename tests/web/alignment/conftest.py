from collections.abc import Callable

import pytest
from django.test import Client

from ryorin.workspace.members.models import Member


@pytest.fixture
def signed_in() -> Callable[[Member], Client]:
    """Call with a member: a browser in which they are signed in."""

    def sign_in(member: Member) -> Client:
        client = Client()
        client.force_login(member)
        return client

    return sign_in
