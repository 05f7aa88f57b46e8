"""Every address of a public site. Nothing of the members' interface stands here."""

from django.urls import URLPattern, URLResolver, path

from ryorin.web.collect.pages import collector_script
from ryorin.web.marketing import links, public, public_articles, public_feeds, public_files, public_pages

LIST = "articles/"
FURTHER: list[tuple[str, str]] = [
    ("", ""),
    ("en/", "en"),
    ("ja/", "ja"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public_pages.home),
    path("robots.txt", public_feeds.robots),
    path("sitemap.xml", public_feeds.sitemap_file),
    path("sitemap-<int:number>.xml", public_feeds.sitemap_part),
    path("feed.xml", public_feeds.feed),
    path("r.js", collector_script, name="collector_script"),
    path("m/css/<slug:digest>.css", public_files.style_sheet, name="style_sheet"),
    path("m/<slug:token>/<int:width>.<slug:kind>", public_files.picture, name="picture"),
    path("external-transmission/", public_pages.transmissions),
    path("d/<str:token>/", public_files.download, name="download"),
    path("f/<slug:slug>/", public.form_public, name="form_public"),
    path("f/<slug:slug>/answer", public.form_answer, name="form_answer"),
    path("l/<slug:code>", links.link, name="link"),
]
for start, language in FURTHER:
    options = {"language": language}
    urlpatterns += [
        path(f"{start}articles/", public_articles.articles, options),
        path(f"{start}articles/category/<slug:slug>/", public_articles.by_category, options),
        path(f"{start}articles/tag/<str:slug>/", public_articles.by_tag, options),
        path(f"{start}articles/author/<slug:slug>/", public_articles.by_author, options),
        path(f"{start}articles/<slug:slug>/", public_articles.article, options),
    ]
urlpatterns.append(path("<path:path>/", public_pages.landing))
