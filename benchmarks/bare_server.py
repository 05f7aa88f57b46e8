"""A server that does nothing: what granian and the client can do without the product."""

import sys
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or "0"))
    start_response("202 Accepted", [("Content-Type", "application/json"), ("Content-Length", "14")])
    return [b'{"accepted":1}']


def serve(port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "benchmarks.bare_server:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=2,
        blocking_threads=16,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
