"""The files that the browser gets are all there and point to nothing missing."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from salesexpert.ground import assets

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"


def symbols() -> set[str]:
    tree = ElementTree.parse(VENDOR / "sprite.svg")
    return {node.attrib["id"] for node in tree.getroot()}


def test_the_sprite_holds_every_icon_of_the_list():
    assert symbols() == set(assets.icon_names())


def test_templates_use_no_icon_that_the_sprite_lacks():
    used = {
        name
        for file in (ROOT / "templates").rglob("*.html")
        for name in re.findall(
            r"""\{%\s*icon\s+["']([a-z0-9-]+)["']""", file.read_text("utf-8")
        )
    }

    assert used <= symbols()


@pytest.mark.parametrize("name", assets.FILES.values())
def test_every_named_file_is_in_place(name):
    assert (VENDOR / name).stat().st_size > 100


def test_every_source_map_named_in_a_file_lies_beside_it():
    for file in (*VENDOR.glob("*.js"), *VENDOR.glob("*.css")):
        for name in re.findall(r"sourceMappingURL=(\S+)", file.read_text("utf-8")):
            assert (file.parent / name).exists(), f"{file.name} names {name}"


def test_an_unknown_icon_is_refused_by_its_name(tmp_path):
    with pytest.raises(assets.AssetsError, match="no-such-icon"):
        assets.sprite(tmp_path, ["no-such-icon"])
