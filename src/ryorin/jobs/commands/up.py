import json
import os
import subprocess
import sys
import time
import webbrowser
from typing import Any

import click

from ryorin.jobs.commands.serve import host_and_port
from ryorin.jobs.fingerprint import home, is_prepared, mark_prepared
from ryorin.jobs.processes import Household, refuse_taken
from ryorin.jobs.sign_in import remembered


@click.command()
@click.option("--empty", is_flag=True, help="Start with the first-run page instead of the demo company.")
@click.option("--no-browser", is_flag=True, help="Open no browser.")
@click.option("--address", help="host:port, otherwise RYORIN_ADDRESS or 127.0.0.1:8000.")
@click.option("--web-processes", default=2, show_default=True, type=click.IntRange(1, 64))
def command(empty: bool, no_browser: bool, address: str | None, web_processes: int) -> None:
    """Prepare the data folder if need be, then run web and worker until Ctrl-C."""
    started = time.monotonic()
    host, port = host_and_port(address)
    refuse_taken(host, port)
    prepare(empty=empty)
    url = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"
    household = Household()
    household.add("serve", "--address", f"{host}:{port}", "--workers", str(web_processes))
    if not household.wait_until_healthy(url):
        household.stop()
        raise click.ClickException("The web server did not start; what went wrong stands above.")
    household.add("worker")
    click.echo(f"\n  Ryorin (両輪)  {url}/\n  {how_to_sign_in()}")
    click.echo(f"  Data in {home()}. Ready after {time.monotonic() - started:.1f} s. Ctrl-C stops it.\n")
    if not no_browser and has_display():
        webbrowser.open(f"{url}/")
    household.keep()


def prepare(*, empty: bool) -> None:
    """This function will prepare the data folder, and fill a new one with the demo company unless told otherwise."""
    if is_prepared("content"):
        return
    state = asked("init")
    if not state["set_up"] and not empty:
        asked("demo")
    mark_prepared("content")


def asked(command: str) -> dict[str, Any]:
    """Return what `ryorin COMMAND --json` answers; its errors are already on the screen when it fails."""
    done = subprocess.run([sys.executable, "-m", "ryorin", command, "--json"], stdout=subprocess.PIPE)
    if done.returncode:
        raise SystemExit(done.returncode)
    return dict(json.loads(done.stdout))


def how_to_sign_in() -> str:
    known = remembered()
    if known:
        return f"Sign in as {known['email']} with the password {known['password']}"
    return "Sign in there; a new installation first asks for the company and its administrator."


def has_display() -> bool:
    """Return whether a browser could show itself here."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
