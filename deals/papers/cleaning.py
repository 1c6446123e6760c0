"""What people write in rich text, cleaned: paragraphs, lists, tables, emphasis; no script, no address, no picture."""

import re
from html import unescape

TAGS = {
    "p", "br", "b", "strong", "i", "em", "u", "s", "sub", "sup", "ul", "ol", "li", "h1", "h2", "h3", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td", "hr", "div", "span", "a",
}  # fmt: skip
_CLASSES = {"left", "right", "center", "justify", "small", "page", "indent"}


def clean_html(html: str) -> str:
    """`html` with only what papers print; classes only those that papers know."""
    # Here, not above: only who saves or makes a paper needs it.
    import nh3

    return nh3.clean(
        html,
        tags=TAGS,
        attributes={
            "a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"},
        },
        allowed_classes=dict.fromkeys(("p", "div", "span", "td", "th", "li", "h1", "h2", "h3", "table"), _CLASSES),
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )  # fmt: skip


_BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def clean_template(text: str) -> str:
    """A text with merge fields, cleaned. Comparisons inside the braces stay as they were written."""
    return _BRACES.sub(lambda found: unescape(found.group()), clean_html(text))
