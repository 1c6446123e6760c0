"""Copy the ready-made front-end files from node_modules/ to static/vendor/ and draw the icon sprite.

Needs nothing but the standard library and an unpacked node_modules/, so it runs by its path in any
Python (an image build does that) as well as from `make assets`.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ICON_NAMES = Path(__file__).with_name("icons.txt")
STROKE_WIDTH = "1.75"

# Source in node_modules -> name in static/vendor. A source map goes along with its file: the
# comment that names it stays in the file, and a manifest of static files refuses to miss it.
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/css/tabler.min.css.map": "tabler.min.css.map",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "@tabler/core/dist/js/tabler.min.js.map": "tabler.min.js.map",
    "tom-select/dist/js/tom-select.complete.min.js": "tom-select.complete.min.js",
    "tom-select/dist/js/tom-select.complete.min.js.map": "tom-select.complete.min.js.map",
    "tom-select/dist/css/tom-select.bootstrap5.min.css": "tom-select.bootstrap5.min.css",
    "tom-select/dist/css/tom-select.bootstrap5.min.css.map": "tom-select.bootstrap5.min.css.map",
    "tom-select/LICENSE": "licences/tom-select.txt",
    "sortablejs/Sortable.min.js": "sortable.min.js",
    "squire-rte/dist/squire.js": "squire.js",
    "squire-rte/dist/squire.js.map": "squire.js.map",
    "squire-rte/LICENSE": "licences/squire.txt",
    "sortablejs/LICENSE": "licences/sortable.txt",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "echarts/i18n/langRU.js": "echarts.ru.js",
    "echarts/LICENSE": "licences/echarts.txt",
    "echarts/NOTICE": "licences/echarts-notice.txt",
    "@tabler/icons/LICENSE": "licences/tabler-icons.txt",
    "@fontsource-variable/golos-text/LICENSE": "licences/golos-text.txt",
    **{
        f"@fontsource-variable/golos-text/files/golos-text-{part}-wght-normal.woff2": (
            f"fonts/golos-text-{part}-wght-normal.woff2"
        )
        for part in ("latin", "latin-ext", "cyrillic", "cyrillic-ext")
    },
}


class AssetsError(Exception):
    """A sentence for the person at the terminal."""


def stamp(root: Path = ROOT) -> str:
    """What static/vendor/ is made from, as one hash: while it holds, nothing needs to be done."""
    digest = hashlib.sha256()
    for source in (root / "package-lock.json", ICON_NAMES, Path(__file__)):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def are_current(root: Path = ROOT) -> bool:
    """Whether static/vendor/ was made from the present lock file, list and recipe."""
    vendor = root / "static" / "vendor"
    try:
        made_from = (vendor / ".stamp").read_text()
    except FileNotFoundError:
        return False
    return made_from == stamp(root) and all(
        (vendor / name).exists() for name in FILES.values()
    )


def icon_names() -> list[str]:
    lines = ICON_NAMES.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def sprite(icons: Path, names: list[str]) -> str:
    """One SVG whose symbols are the named outline icons, drawn in the colour of the text."""
    symbols = []
    for name in names:
        file = icons / f"{name}.svg"
        if not file.exists():
            raise AssetsError(
                f"There is no icon “{name}” in @tabler/icons: correct {ICON_NAMES}."
            )
        drawing = re.sub(
            r"(?s)^.*?<svg.*?>|</svg>\s*$|<!--.*?-->", "", file.read_text("utf-8")
        )
        # The first path of each icon is an invisible square that only holds the box open.
        drawing = re.sub(
            r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", drawing
        )
        drawing = re.sub(r"\s*\n\s*", "", drawing)
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
            f'stroke-width="{STROKE_WIDTH}" stroke-linecap="round" stroke-linejoin="round">'
            f"{drawing}</symbol>"
        )
    lines = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{lines}\n</svg>\n'


def build(root: Path = ROOT) -> None:
    """Make static/vendor/ anew; what was there before stays until the new one is whole."""
    modules, vendor = root / "node_modules", root / "static" / "vendor"
    fresh = vendor.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for source, name in FILES.items():
        target = fresh / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(modules / source, target)
        except FileNotFoundError as error:
            raise AssetsError(
                f"node_modules/{source} is missing: run npm ci."
            ) from error
    drawn = sprite(modules / "@tabler" / "icons" / "icons" / "outline", icon_names())
    (fresh / "sprite.svg").write_text(drawn, encoding="utf-8")
    (fresh / ".stamp").write_text(stamp(root))
    _replace(vendor, by=fresh)


def _replace(folder: Path, *, by: Path) -> None:
    """Put the files of `by` into `folder`, which may be a symbolic link into another checkout."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted(by.rglob("*"), key=lambda path: path.name == ".stamp"):
        target = folder / source.relative_to(by)
        if source.is_dir():
            target.mkdir(exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
    shutil.rmtree(by)


if __name__ == "__main__":
    try:
        build()
    except AssetsError as error:
        sys.exit(str(error))
