"""The settings page of the web site tag: the tag is copied as it must be pasted."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from ryorin.workspace.members.models import Member


@pytest.mark.parametrize(("width", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_the_tag_is_copied(
    open_page: Callable[..., Page],
    accessible: Callable[[Page], None],
    live_server: LiveServer,
    mei: Member,
    width: str,
    scheme: str,
) -> None:
    page = open_page("/settings/website/", by=mei, width=width, scheme=scheme)
    accessible(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="コピー", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("コピーしました")
    tag = page.evaluate("navigator.clipboard.readText()")
    assert tag == f'<script src="{live_server.url}/r.js" defer></script>'
