"""An erased person is in no file of an installation any more: database, log of changes, history, archives."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.jobs.conftest import Installation, installation, make_installation, prepared

__all__ = ["installation", "make_installation", "prepared"]

LIVE = """
from datetime import timedelta
import django
django.setup()
from django.db import connection
from ryorin.customers.consent.actions import state_consent
from ryorin.customers.people.actions import create_person, change_person
from ryorin.customers.privacy.actions import ask_for_export, erase_person
from ryorin.customers.privacy.models import Erasure
from ryorin.customers.timeline.actions import record
from ryorin.insight.lake.actions import catch_up, continue_erasures, make_exports
from ryorin.lib import clock

ada = create_person(by=None, family_name="安達", given_name="亜耶乃", email="ada.unique@acme.example", memo="x" * 5000)
other = create_person(by=None, family_name="岡", given_name="純", memo="安達 亜耶乃さんの紹介 ada.unique@acme.example")
state_consent(ada, medium="mail", allowed=True, basis="opt_in", evidence="安達 亜耶乃の申込書")
record("noted", source="t", person_id=ada.pk, properties={"note": "ada.unique@acme.example"})
record("noted", source="t", person_id=other.pk, properties={"note": "安達 亜耶乃さんと同席"})
catch_up()
change_person(ada, by=None, version=None, memo="短い")
catch_up()
ask_for_export(ada, by=None)
make_exports()
erasure = erase_person(ada, typed="安達亜耶乃", by=None)
continue_erasures()
with clock.frozen(clock.now() + timedelta(hours=2)):
    continue_erasures()
erasure.refresh_from_db()
print(erasure.state, erasure.traces)
"""


def test_no_file_holds_the_address_or_the_name(prepared: Installation) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIVE],
        env={**prepared.environment, "DJANGO_SETTINGS_MODULE": "ryorin.config.settings"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "done []"
    assert found_in(prepared.home, "ada.unique@acme.example", "安達 亜耶乃") == []


def found_in(folder: Path, *texts: str) -> list[str]:
    """Return the files below the folder that hold one of the texts, in UTF-8 or as JSON escapes it."""
    needles = [form for text in texts for form in (text.encode(), text.encode("unicode_escape"))]
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [str(file) for file in files if any(needle in file.read_bytes() for needle in needles)]


@pytest.mark.parametrize("text", ["安達 亜耶乃"])
def test_the_search_itself_finds_what_is_there(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_bytes(b'{"name": "' + text.encode("unicode_escape") + b'"}')
    assert len(found_in(tmp_path, text)) == 1
