"""The command line: finds the command, prepares Django, turns refusals into one clear line."""

import importlib
import os
import pkgutil
from typing import Any

import click
import django
from django.utils import translation

from ryorin import __version__
from ryorin.jobs import commands
from ryorin.lib.errors import Refusal

WITHOUT_DJANGO = {"serve", "up"}


class Commands(click.Group):
    """The files of ryorin.jobs.commands: `import_.py` is `import`, `import_dataset.py` is `import-dataset`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        if cmd_name not in WITHOUT_DJANGO:
            prepare_django()
        command = importlib.import_module(f"{commands.__name__}.{MODULES[cmd_name]}").command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal


MODULES = {module.name.rstrip("_").replace("_", "-"): module.name for module in pkgutil.iter_modules(commands.__path__)}


def prepare_django() -> None:
    """This function will load the models and choose the language of the terminal, once."""
    django.setup()
    translation.activate("ja" if os.environ.get("LANG", "").startswith("ja") else "en")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="ryorin")
def ryorin() -> None:
    """Ryorin (両輪): marketing and sales as two wheels of one cart."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ryorin.config.settings")
    ryorin(prog_name="ryorin")
