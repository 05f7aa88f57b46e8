"""Which column becomes what: read from a file people write, or proposed from the headers."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from ryorin.connectors.csv.errors import MappingInvalid
from ryorin.connectors.csv.targets import Target, header_key

POLICIES = ("update", "create", "skip")
KNOWN = frozenset(
    {"columns", "key", "constants", "skip_lines", "create_related", "encoding", "sheet", "likely_duplicates"}
)
KNOWN_OF_COLUMN = frozenset({"field", "format", "values", "default", "currency"})
MOST_SKIPPED = 1000


@dataclass(frozen=True, kw_only=True)
class Column:
    """How one column is read: into which field, by which date format, with which values replaced."""

    header: str
    target: str
    formats: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    default: str = ""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a whole file is read."""

    columns: tuple[Column, ...]
    constants: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    create_related: frozenset[str] = frozenset()
    likely_duplicates: str = "update"
    skip_lines: int = 0
    encoding: str | None = None
    sheet: str | None = None

    @property
    def targets(self) -> set[str]:
        return {column.target for column in self.columns} | set(self.constants)


def read_mapping(data: object, targets: Sequence[Target], *, headers: Sequence[str] | None = None) -> Reading:
    """Return the reading that the JSON describes; raise MappingInvalid naming what is wrong with it."""
    if not isinstance(data, dict):
        raise MappingInvalid(what=_("JSONのオブジェクトではありません。"))
    refuse_unless_known(data, KNOWN)
    known = {target.name for target in targets}
    columns = data.get("columns", {})
    if not isinstance(columns, dict):
        raise MappingInvalid(what=_("columns は { 見出し: 項目 } で書いてください。"))
    reading = Reading(
        columns=tuple(each for header, given in columns.items() for each in columns_of(header, given, known)),
        constants={name: str(value) for name, value in one_of(data, "constants", dict, {}).items()},
        key=tuple(listed(data.get("key"), "key")),
        create_related=frozenset(listed(data.get("create_related"), "create_related")),
        likely_duplicates=data.get("likely_duplicates", "update"),
        skip_lines=one_of(data, "skip_lines", int, 0),
        encoding=one_of(data, "encoding", str, None),
        sheet=one_of(data, "sheet", str, None),
    )
    if strangers := [name for name in reading.constants if name not in known]:
        raise MappingInvalid(what=_("「%(name)s」という項目はありません。") % {"name": strangers[0][:40]})
    if reading.likely_duplicates not in POLICIES:
        raise MappingInvalid(what=_("likely_duplicates は update・create・skip のどれかです。"))
    if not 0 <= reading.skip_lines <= MOST_SKIPPED:
        raise MappingInvalid(what=_("skip_lines は0から%(most)sまでです。") % {"most": MOST_SKIPPED})
    if headers is not None:
        refuse_missing(reading, headers, many={target.name for target in targets if target.many})
    return reading


def as_json(reading: Reading) -> dict[str, Any]:
    """Return the reading as the JSON that `read_mapping` reads."""
    columns: dict[str, Any] = {}
    for column in reading.columns:
        spec: dict[str, Any] = {"field": column.target}
        if column.formats:
            spec["format"] = list(column.formats)
        if column.values:
            spec["values"] = dict(column.values)
        if column.default:
            spec["default"] = column.default
        columns.setdefault(column.header, []).append(spec)
    return {
        "columns": columns,
        "constants": dict(reading.constants),
        "key": list(reading.key),
        "create_related": sorted(reading.create_related),
        "likely_duplicates": reading.likely_duplicates,
        "skip_lines": reading.skip_lines,
        "encoding": reading.encoding,
        "sheet": reading.sheet,
    }


def proposed(headers: Sequence[str], targets: Sequence[Target]) -> dict[str, str]:
    """Return header -> target for the headers whose meaning is plain; each target once, own names before aliases."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    keys = {header: header_key(header) for header in headers}
    for rank in range(3):
        for target in targets:
            names = target.names()
            wanted = {header_key(name) for name in (names[:1], names[1:3], names[3:])[rank]}
            header = next((header for header in headers if header not in found and keys[header] in wanted), None)
            if header is not None and target.name not in taken:
                found[header] = target.name
                taken.add(target.name)
    return {header: found[header] for header in headers if header in found}


def columns_of(header: str, given: Any, known: set[str]) -> Iterable[Column]:
    """Return what one header is read into: one field or several."""
    specs = given if isinstance(given, list) else [given]
    for spec in specs:
        if spec in (None, ""):
            continue
        spec = {"field": spec} if isinstance(spec, str) else spec
        if not isinstance(spec, dict) or not isinstance(spec.get("field"), str):
            raise MappingInvalid(what=_("「%(header)s」の項目が書かれていません。") % {"header": header[:40]})
        refuse_unless_known(spec, KNOWN_OF_COLUMN)
        if spec["field"] not in known:
            raise MappingInvalid(what=_("「%(name)s」という項目はありません。") % {"name": spec["field"][:40]})
        yield Column(
            header=header,
            target=spec["field"],
            formats=tuple(listed(spec.get("format"), "format")),
            values={str(old): str(new) for old, new in one_of(spec, "values", dict, {}).items()},
            default=str(spec.get("default", "")),
        )


def refuse_missing(reading: Reading, headers: Sequence[str], *, many: Set[str]) -> None:
    """This function will refuse a mapping of columns that the file does not have."""
    missing = [column.header for column in reading.columns if column.header not in headers]
    if missing:
        shown = {"names": "、".join(dict.fromkeys(missing)), "headers": "、".join(headers)[:200]}
        raise MappingInvalid(what=_("ファイルにない見出しです：%(names)s（ある見出し：%(headers)s）") % shown)
    twice = [name for name in reading.targets - many if sum(column.target == name for column in reading.columns) > 1]
    if twice:
        raise MappingInvalid(what=_("「%(name)s」に2つの列が対応づけられています。") % {"name": twice[0]})


def refuse_unless_known(data: Mapping[str, Any], known: frozenset[str]) -> None:
    if strangers := [str(name) for name in data if name not in known]:
        raise MappingInvalid(what=_("「%(name)s」は対応づけに書けません。") % {"name": strangers[0][:40]})


def one_of(data: Mapping[str, Any], name: str, kind: type, default: Any) -> Any:
    """Return data[name] when it has the type; None and absence give the default."""
    value = data.get(name)
    if value is None:
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise MappingInvalid(what=_("「%(name)s」の書き方が正しくありません。") % {"name": name})
    return value


def listed(value: Any, name: str) -> list[str]:
    """Return a text or a list of texts as a list."""
    values = [] if value is None else [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise MappingInvalid(what=_("「%(name)s」の書き方が正しくありません。") % {"name": name})
    return values
