import os
from multiprocessing import get_start_method
from typing import Any

import click
from django.urls import get_resolver
from django.utils.module_loading import import_string
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from ryorin.jobs.parents import announce, end_with_parent

APPLICATION = "ryorin.config.wsgi:application"
DEFAULT_ADDRESS = "127.0.0.1:8000"


@click.command()
@click.option("--address", help=f"host:port, otherwise RYORIN_ADDRESS or {DEFAULT_ADDRESS}.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--threads", default=16, show_default=True, type=click.IntRange(1, 256), help="Requests at once in each.")
def command(address: str | None, workers: int, threads: int) -> None:
    """Serve the pages until stopped."""
    end_with_parent()
    announce()
    host, port = host_and_port(address)
    click.echo(f"Web server on {host}:{port}, {workers} processes of {threads} threads", err=True)
    preload()
    Granian(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=10,
        websockets=False,
        log_level=LogLevels.error,
    ).serve(target_loader=load)


def preload() -> None:
    """This function will load the application before the web processes are forked, so that they share it in memory."""
    if get_start_method() == "fork":
        load_application(APPLICATION)
        get_resolver().url_patterns  # noqa: B018 - every page's module, which otherwise the first request loads


def load(target: str) -> Any:
    """Return the application, in a web process that ends when the server which started it is gone."""
    end_with_parent()
    return load_application(target)


def load_application(target: str) -> Any:
    return import_string(target.replace(":", "."))


def host_and_port(address: str | None) -> tuple[str, int]:
    """Return the host and port of "host:port", of RYORIN_ADDRESS, or the default; refuse what is neither."""
    written = address or os.environ.get("RYORIN_ADDRESS") or DEFAULT_ADDRESS
    host, _colon, port = written.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise click.UsageError(f"{written!r} is no address: write host:port, for example {DEFAULT_ADDRESS}")
    return host.strip("[]"), int(port)
