"""Verbs of personas: draw, change, agree, keep true."""

from ryorin.marketing.personas.actions.computing import compute, refresh_personas
from ryorin.marketing.personas.actions.editing import (
    agree_to_persona,
    change_persona,
    create_persona,
    delete_persona,
    hide_fact,
    show_facts,
)

__all__ = [
    "agree_to_persona",
    "change_persona",
    "compute",
    "create_persona",
    "delete_persona",
    "hide_fact",
    "refresh_personas",
    "show_facts",
]
