"""A compiled catalogue is never of another moment than its source."""

import gettext
import os
from pathlib import Path

import pytest

from salesexpert.core import catalogues

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
