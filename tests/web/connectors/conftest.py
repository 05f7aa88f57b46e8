from collections.abc import Callable

import pytest
from django.test import Client
from tests.world import World, build_world

from ryorin.workspace.members.models import Member


@pytest.fixture
def world(db: None) -> World:
    return build_world()


@pytest.fixture
def signed_in(world: World) -> Callable[[Member], Client]:
    """Call with a member: a browser in which they are signed in."""

    def open_(member: Member) -> Client:
        client = Client()
        client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return open_


@pytest.fixture
def as_mei(world: World, signed_in: Callable[[Member], Client]) -> Client:
    return signed_in(world.mei)
