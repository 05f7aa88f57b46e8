from collections.abc import Callable

import pytest
from django.test import Client

from ryorin.workspace.members.models import Member

As = Callable[[Member], Client]


@pytest.fixture
def as_(client: Client) -> As:
    """Return a browser in which somebody is signed in."""

    def sign_in(member: Member) -> Client:
        client.force_login(member)
        return client

    return sign_in
