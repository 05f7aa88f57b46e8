from django.urls import URLPattern, URLResolver, path

from ryorin.web.collect import pages

urlpatterns: list[URLPattern | URLResolver] = [path("r.js", pages.collector_script, name="collector_script")]
