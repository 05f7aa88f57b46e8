import json
import os
import subprocess
import sys
import time
import webbrowser
from typing import Any

import click

from ryorin.jobs.commands.serve import host_and_port
from ryorin.jobs.processes import Household, refuse_taken


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
    state = prepare(empty=empty)
    url = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"
    household = Household([["serve", "--address", f"{host}:{port}", "--workers", str(web_processes)], ["worker"]])
    household.start()
    if not household.wait_until_healthy(url):
        household.stop()
        raise click.ClickException("The web server did not start; what went wrong stands above.")
    click.echo(f"\n  Ryorin (両輪)  {url}/\n  {how_to_sign_in(state)}")
    click.echo(f"  Data in {state['home']}. Ready after {time.monotonic() - started:.1f} s. Ctrl-C stops it.\n")
    if not no_browser and has_display():
        webbrowser.open(f"{url}/")
    household.keep()


def prepare(*, empty: bool) -> dict[str, Any]:
    """This function will prepare the data folder, fill a new one with the demo company unless told otherwise, and return its state."""
    state = asked("init")
    if not state["set_up"] and not empty:
        asked("demo")
        state = asked("init")
    return state


def asked(command: str) -> dict[str, Any]:
    """Return what `ryorin COMMAND --json` answers; its errors are already on the screen when it fails."""
    done = subprocess.run([sys.executable, "-m", "ryorin", command, "--json"], stdout=subprocess.PIPE)
    if done.returncode:
        raise SystemExit(done.returncode)
    return dict(json.loads(done.stdout))


def how_to_sign_in(state: dict[str, Any]) -> str:
    if not state["set_up"]:
        return "Open it and fill in the first page: company, fiscal year, administrator."
    if state["sign_in"]:
        return f"Sign in as {state['sign_in']['email']} with the password {state['sign_in']['password']}"
    return "Sign in with your e-mail address and password."


def has_display() -> bool:
    """Return whether a browser could show itself here."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
