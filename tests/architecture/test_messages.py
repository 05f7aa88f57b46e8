"""Every text on the screen has an English translation, and both say the same placeholders."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "src/ryorin/locale/en/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
STAND_IN = re.compile(r"\{\w+\}")  # {会社名}: typed so by the writers of templates in every language
MAY_BE_JAPANESE = {"日本語"}


def test_every_text_has_an_english_translation():
    if not shutil.which("xgettext"):
        assert os.environ.get("CI", "").lower() not in ("1", "true"), "GNU gettext is missing"
        pytest.skip("GNU gettext is not installed (apt-get install gettext)")

    done = subprocess.run([sys.executable, ROOT / "bin/messages", "--check"], capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("entry", polib.pofile(str(CATALOGUE)), ids=lambda entry: entry.msgid[:40])
def test_a_translation_keeps_the_placeholders_and_is_english(entry):
    translations = [entry.msgstr, *entry.msgstr_plural.values()]
    wanted = set(PLACEHOLDER.findall(entry.msgid))
    for text in filter(None, translations):
        assert set(PLACEHOLDER.findall(text)) <= wanted | set(PLACEHOLDER.findall(entry.msgid_plural))
        assert entry.msgid in MAY_BE_JAPANESE or not JAPANESE.search(STAND_IN.sub("", text)), text
    if entry.msgstr:
        assert set(PLACEHOLDER.findall(entry.msgstr)) == wanted
