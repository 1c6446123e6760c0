"""What people write in a letter, cleaned: what mail programs show alike, no script, no style but ours."""

import re
from html import unescape

TAGS = {
    "p", "br", "b", "strong", "i", "em", "u", "s", "ul", "ol", "li", "h1", "h2", "h3", "blockquote", "hr", "a", "img",
    "table", "thead", "tbody", "tr", "th", "td", "div", "span",
}  # fmt: skip
CLASSES = {"button", "center", "right", "small", "lead", "quiet"}
_BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def clean_letter(html: str) -> str:
    # Here, not above: only who writes or makes a letter needs it.
    import nh3

    return nh3.clean(
        html,
        tags=TAGS,
        attributes={
            "a": {"href"}, "img": {"src", "alt", "width"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"},
        },
        allowed_classes=dict.fromkeys(TAGS, CLASSES),
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )  # fmt: skip


_HREF = re.compile(r'href="[^"]*"')


def clean_template(text: str) -> str:
    """A letter with merge fields, cleaned. Comparisons inside the braces stay as they were written."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(unescape(found.group()))
        return f"zzmerge{len(kept) - 1}zz"

    cleaned = clean_letter(_BRACES.sub(keep, text))
    return re.sub(r"zzmerge(\d+)zz", lambda found: kept[int(found.group(1))], cleaned)
