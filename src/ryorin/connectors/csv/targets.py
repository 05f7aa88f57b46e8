"""What a column of a file can become: the importable fields of a record type, and a few things only files have."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import translation

from ryorin.conditions.fields import Choice, Field, Label, RecordType, Type


@dataclass(frozen=True, kw_only=True)
class Target:
    """One thing a column may be mapped to."""

    name: str
    label: Label
    type: Type
    aliases: tuple[str, ...] = ()
    required: bool = False
    choices: tuple[Choice, ...] = ()
    writes: frozenset[str] | None = None
    many: bool = False  # several columns may be mapped to it, each kept under its header

    def is_open_to(self, role: str | None) -> bool:
        """Return whether the role may fill this in; None is the system itself."""
        return role is None or not self.writes or role in self.writes

    def names(self) -> tuple[str, ...]:
        """Return the headers by which the target is recognised, in both languages."""
        labels = []
        for language in ("ja", "en"):
            with translation.override(language):
                labels.append(str(self.label))
        return (self.name, *labels, *self.aliases)


def target_of(field: Field) -> Target:
    """Return the target that a field of the registry is."""
    return Target(
        name=field.name,
        label=field.label,
        type=field.type,
        aliases=field.aliases,
        required=field.required,
        choices=field.options() if field.type is Type.CHOICE else (),
        writes=field.writes,
    )


def targets_of(record_type: RecordType, extra: Iterable[Target] = ()) -> list[Target]:
    """Return the extra targets and the importable fields, an extra one in place of the field of its name."""
    first = {target.name: target for target in extra}
    fields = [field for field in record_type.fields if field.importable and field.name not in first]
    return [*first.values(), *map(target_of, fields)]


def header_key(text: str) -> str:
    """Return the header without case, width, spaces and punctuation, as headers are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
