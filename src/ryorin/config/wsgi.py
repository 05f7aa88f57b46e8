"""The web server's door: the collector answers by itself, Django everything else."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ryorin.config.settings")
pages = get_wsgi_application()

from ryorin.web.collect.door import collect  # noqa: E402  (needs the models that Django has just loaded)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ.get("PATH_INFO") == "/collect":
        return collect(environ, start_response)
    return pages(environ, start_response)
