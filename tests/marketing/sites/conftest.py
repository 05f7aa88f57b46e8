"""A site of the company, and a page on it about a seminar."""

import io

import pytest
from PIL import Image

from ryorin.marketing.sites.actions import create_page, create_site
from ryorin.marketing.sites.models import LandingPage, Site
from ryorin.workspace.members.models import Member


@pytest.fixture
def site(db: None) -> Site:
    return create_site(by=None, name="両輪工業", slug="www", host="www.ryorin.example")


@pytest.fixture
def seminar(site: Site, mei: Member) -> LandingPage:
    return create_page(
        site=site, name="秋のセミナー", path="seminar", html="<h1>秋のセミナー</h1><p>申込受付中</p>", by=mei
    )


@pytest.fixture
def photograph() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (800, 500), (40, 90, 160)).save(stream, "JPEG")
    return stream.getvalue()
