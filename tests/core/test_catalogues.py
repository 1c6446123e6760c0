"""A compiled catalogue is never of another moment than its source."""

import ast
import gettext
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from salesexpert.core import catalogues

ROOT = Path(catalogues.__file__).parents[2]
RUSSIAN = ROOT / "salesexpert" / "locale" / "ru" / "LC_MESSAGES" / "django.po"
NOT_OURS = {".venv", "node_modules", "tests", "migrations"}
# How many of the first arguments say which text is meant.
ASKING = {"_": 1, "gettext": 1, "ngettext": 1, "pgettext": 2, "npgettext": 2}

SOURCE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: ru\\n"

msgid "client"
msgstr "{translation}"

#, fuzzy
msgid "guess"
msgstr "догадка"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(SOURCE.format(translation="клиент"), encoding="utf-8")
    return source


def translated(source: Path, text: str) -> str:
    with open(source.with_suffix(".mo"), "rb") as file:
        return gettext.GNUTranslations(file).gettext(text)


def test_a_catalogue_is_compiled_once(source, tmp_path):
    assert catalogues.compile_stale([tmp_path]) == [source]
    assert catalogues.compile_stale([tmp_path]) == []
    assert translated(source, "client") == "клиент"


@pytest.mark.parametrize("seconds", [-3600, 3600])
def test_a_source_of_another_moment_is_compiled_again(source, tmp_path, seconds):
    catalogues.compile_stale([tmp_path])
    before = source.stat().st_mtime
    source.write_text(SOURCE.format(translation="заказчик"), encoding="utf-8")
    os.utime(source, (before + seconds, before + seconds))

    assert catalogues.compile_stale([tmp_path]) == [source]
    assert translated(source, "client") == "заказчик"


def test_a_guess_is_left_out(source, tmp_path):
    catalogues.compile_stale([tmp_path])

    assert translated(source, "guess") == "guess"


def test_the_first_process_of_a_checkout_speaks_russian(tmp_path):
    """Models translate as they are imported, and what was read of a catalogue then stays for the life of a process."""
    source = tmp_path / "locale" / "ru" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_bytes(RUSSIAN.read_bytes())
    settings = "from salesexpert.settings import *\nfrom pathlib import Path\nLOCALE_PATHS = [Path(__file__).parent / 'locale']\n"
    (tmp_path / "elsewhere.py").write_text(settings, encoding="utf-8")
    saying = "import django; django.setup(); from django.utils import translation as t; t.activate('ru'); print(t.gettext('Clients'))"

    said = subprocess.run(
        [sys.executable, "-c", saying],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "elsewhere", "PYTHONPATH": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip

    assert said.stdout.strip() == "Клиенты"


def texts_asked_for(path: Path) -> Iterator[tuple[str | tuple[str, str], int]]:
    """What the code of a file asks to be translated: a text, or its context and the text; and the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        takes = ASKING.get(node.func.id.removesuffix("_lazy").removesuffix("_noop"), 0)
        words = [a.value for a in node.args[:takes] if isinstance(a, ast.Constant)]
        if takes and len(words) == takes:
            yield (words[0] if takes == 1 else tuple(words)), node.lineno


def test_no_text_of_the_code_is_missed_by_the_translators():
    """The tools of gettext see nothing inside an f-string: what is asked for there would stay English."""
    with open(RUSSIAN, "rb") as file:
        catalogue = read_po(file)
    known = {
        (message.context, text) if message.context else text
        for message in catalogue
        for text in [message.id[0] if message.pluralizable else message.id]
        if message.string and not message.fuzzy
    }
    missed = [
        (f"{path.relative_to(ROOT)}:{line}", text)
        for path in sorted(ROOT.rglob("*.py"))
        if not NOT_OURS & set(path.relative_to(ROOT).parts)
        for text, line in texts_asked_for(path)
        if text not in known
    ]

    assert missed == []
