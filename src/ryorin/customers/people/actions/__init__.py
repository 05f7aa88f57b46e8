"""What one can do with people."""

from ryorin.customers.people.actions.chances import set_chances
from ryorin.customers.people.actions.change import change_person
from ryorin.customers.people.actions.create import create_person
from ryorin.customers.people.actions.delete import delete_person, restore_person
from ryorin.customers.people.actions.scores import set_scores
from ryorin.customers.people.actions.stages import reach_stage

__all__ = [
    "change_person",
    "create_person",
    "delete_person",
    "reach_stage",
    "restore_person",
    "set_chances",
    "set_scores",
]
