"""Addresses of pages, articles and sites: members' pages, and what the public fetches from the members' host."""

from django.urls import URLPattern, URLResolver, path, re_path

from ryorin.web.marketing import articles, forms, page_editor, pages, pictures, public_files, public_sites, sites

urlpatterns: list[URLPattern | URLResolver] = [
    path("pages/", pages.pages, name="pages"),
    path("pages/new/", pages.page_new, name="page_new"),
    path("pages/<int:pk>/", pages.page, name="page"),
    path("pages/<int:pk>/settings/", pages.page_settings, name="page_settings"),
    path("pages/<int:pk>/editor/", page_editor.page_editor, name="page_editor"),
    path("pages/<int:pk>/content/", page_editor.page_content, name="page_content"),
    path("pages/<int:pk>/preview/", page_editor.page_preview, name="page_preview"),
    path("pages/<int:pk>/preview/frame/", page_editor.page_frame, name="page_frame"),
    path("pages/<int:pk>/publish/", pages.page_publish, name="page_publish"),
    path("pages/<int:pk>/end/", pages.page_end, name="page_end"),
    path("pages/<int:pk>/duplicate/", pages.page_duplicate, name="page_duplicate"),
    path("pages/<int:pk>/delete/", pages.page_delete, name="page_delete"),
    path("pages/<int:pk>/test/", pages.page_test, name="page_test"),
    path("pages/<int:pk>/versions/", pages.page_versions, name="page_versions"),
    path("pages/<int:pk>/versions/keep/", pages.page_keep, name="page_keep"),
    path("pages/<int:pk>/versions/<int:number>/return/", pages.page_return, name="page_return"),
    path("forms/<int:pk>/file/", forms.form_file, name="form_file"),
    path("forms/<int:pk>/versions/", forms.form_versions, name="form_versions"),
    path("articles/", articles.articles, name="articles"),
    path("articles/new/", articles.article_new, name="article_new"),
    path("articles/authors/", articles.authors, name="article_authors"),
    path("articles/categories/", articles.categories, name="article_categories"),
    path("articles/categories/<int:pk>/remove/", articles.category_remove, name="article_category_remove"),
    path("articles/<int:pk>/", articles.article, name="article"),
    path("articles/<int:pk>/publish/", articles.article_publish, name="article_publish"),
    path("articles/<int:pk>/end/", articles.article_end, name="article_end"),
    path("articles/<int:pk>/preview/", articles.article_preview, name="article_preview"),
    path("pictures/", pictures.pictures, name="pictures"),
    path("pictures/upload/", pictures.pictures_upload, name="pictures_upload"),
    path("sites/", sites.sites, name="sites"),
    path("sites/new/", sites.site_new, name="site_new"),
    path("sites/<int:pk>/", sites.site, name="site"),
    path("sites/<int:pk>/archive/", sites.site_archive, name="site_archive"),
    path("m/css/<slug:digest>.css", public_files.style_sheet, name="style_sheet"),
    re_path(
        r"^m/(?P<token>[\w-]{8,24})/(?P<width>\d{1,5})\.(?P<kind>webp|jpg|png)$", public_files.picture, name="picture"
    ),
    path("d/<str:token>/", public_files.download, name="download"),
    path("s/<slug:slug>/", public_sites.site_below, name="site_below"),
    path("s/<slug:slug>/<path:path>", public_sites.site_below, name="site_below_path"),
]
