"""Web sites of the company: who answers at which host, the pages and articles there, their pictures."""

from ryorin.marketing.sites.models.articles import Article, ArticleQuerySet, ArticleTag, Author, Category
from ryorin.marketing.sites.models.assets import Asset, AssetKind
from ryorin.marketing.sites.models.pages import LandingPage, LandingPageQuerySet, PageVersion, PublishState
from ryorin.marketing.sites.models.sites import Language, Redirect, Site, SiteQuerySet, StyleSheet, Tracking

__all__ = [
    "Article",
    "ArticleQuerySet",
    "ArticleTag",
    "Asset",
    "AssetKind",
    "Author",
    "Category",
    "LandingPage",
    "LandingPageQuerySet",
    "Language",
    "PageVersion",
    "PublishState",
    "Redirect",
    "Site",
    "SiteQuerySet",
    "StyleSheet",
    "Tracking",
]
