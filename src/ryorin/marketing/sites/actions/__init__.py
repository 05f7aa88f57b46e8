"""Verbs of sites, pages, articles and their pictures."""

from ryorin.marketing.sites.actions.articles import (
    add_author,
    add_category,
    change_article,
    change_author,
    create_article,
    end_article,
    publish_article,
    remove_category,
)
from ryorin.marketing.sites.actions.assets import describe_asset, keep_picture
from ryorin.marketing.sites.actions.pages import (
    begin_test,
    change_page,
    create_page,
    delete_page,
    duplicate_page,
    keep_version,
    restore_page,
    return_to,
    write_page,
)
from ryorin.marketing.sites.actions.publishing import end_page, follow_schedule, publish_page
from ryorin.marketing.sites.actions.sites import archive_site, change_site, create_site, default_site

__all__ = [
    "add_author",
    "add_category",
    "archive_site",
    "begin_test",
    "change_article",
    "change_author",
    "change_page",
    "change_site",
    "create_article",
    "create_page",
    "create_site",
    "default_site",
    "delete_page",
    "describe_asset",
    "duplicate_page",
    "end_article",
    "end_page",
    "follow_schedule",
    "keep_picture",
    "keep_version",
    "publish_article",
    "publish_page",
    "remove_category",
    "restore_page",
    "return_to",
    "write_page",
]
