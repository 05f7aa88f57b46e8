"""Which scripts, styles, pictures and frames a page may use: strict for all, a little wider for the few that say so."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]
STRICT = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
PUBLIC = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'none'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}


def policy(base: dict[str, str] = STRICT, **changes: str) -> str:
    """Return the header's text; `style_src="'self' 'unsafe-inline'"` replaces one directive."""
    rules = base | {name.replace("_", "-"): value for name, value in changes.items()}
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def editor_page(view: View) -> View:
    """Decorate the page of a visual editor: styles may stand in the markup, on this page only; scripts never."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        answer = view(request, *args, **options)
        answer.headers["Content-Security-Policy"] = policy(style_src="'self' 'unsafe-inline'", frame_src="'self'")
        return answer

    return wrapped


def public_policy(*, scripts: Sequence[str] = (), pictures: Sequence[str] = (), tells: Sequence[str] = ()) -> str:
    """Return the policy of a public page; the hosts are those of the tags its site has switched on."""
    return policy(
        PUBLIC,
        script_src=" ".join(["'self'", *scripts]),
        img_src=" ".join(["'self'", *pictures]),
        connect_src=" ".join(["'self'", *tells]),
    )
