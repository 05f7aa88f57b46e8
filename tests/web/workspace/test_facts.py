"""The trail in words: every action that the program records has its words, and values read as on their pages."""

import ast
from pathlib import Path

from tests.world import World

import ryorin
from ryorin.customers.timeline.rules import KINDS
from ryorin.sales.deals.actions import change_deal, delete_deal
from ryorin.web.workspace.deeds import DEEDS, DEEDS_OF
from ryorin.web.workspace.facts import SORTS, Line, Reader
from ryorin.workspace.audit.models import AuditEntry

WRITERS = {"record", "record_many", "record_alike", "Fact", "audit"}


def recorded() -> set[str]:
    """Return the actions that the source code writes into the trail as plain words."""
    found = set()
    for file in Path(ryorin.__file__).parent.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        imports_audit = "workspace.audit" in file.read_text(encoding="utf-8")
        for call in ast.walk(tree):
            if not (imports_audit and isinstance(call, ast.Call) and call.args and "by" in names_of(call)):
                continue
            first = call.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and "_" in first.value:
                found.add(first.value)
    return found


def names_of(call: ast.Call) -> set[str]:
    writer = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return {str(keyword.arg) for keyword in call.keywords} if writer in WRITERS else set()


def line(action: str) -> Line:
    return Reader([AuditEntry.objects.filter(action=action).latest("pk")]).lines()[0]


def test_every_recorded_action_has_its_words() -> None:
    actions = recorded()
    assert len(actions) > 50
    wordless = {action for action in actions if action not in DEEDS and not action.endswith(("_deleted", "_restored"))}
    wordless -= KINDS.keys()  # touchpoints, which are written by a verb of the same name
    assert not wordless


def test_every_record_type_of_the_words_is_known_by_name() -> None:
    assert set(DEEDS_OF) <= set(SORTS)


def test_a_change_names_its_field_and_its_values_as_the_page_does(world: World) -> None:
    change_deal(world.deal, by=world.sato, version=world.deal.version, amount=4_000_000, owner=world.mei)
    told = line("deal_changed")
    assert (told.sort, told.name, told.deed) == ("商談", "検査ラインの更新", "を変更しました")
    assert told.url == f"/deals/{world.deal.pk}"
    said = {change["label"]: (change["old"], change["new"]) for change in told.changes}
    assert said["担当"] == ("佐藤 健", "林 芽衣")
    assert ("¥3,800,000", "¥4,000,000") in said.values()


def test_a_deleted_record_keeps_its_name_but_leads_nowhere(world: World) -> None:
    delete_deal(world.deal, by=world.tamura)
    told = line("deal_deleted")
    assert (told.name, told.deed, told.url) == ("検査ラインの更新", "を削除しました", "")
    assert not any("snapshot" in change["label"] for change in told.changes)
