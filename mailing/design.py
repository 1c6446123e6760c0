"""How a letter looks: a frame of tables with every style written into its element, as mail programs need it.

The styles are these few, so they are put in by one pass over the cleaned HTML; nothing of them is left to a style sheet
but the narrower margins of a phone.
"""

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

_FONT = "font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_INK, _QUIET, _LINE, _ACCENT = "#1d1c1a", "#6b6862", "#e3e0da", "#2d4cc8"
STYLES = {
    "p": "margin:0 0 16px;line-height:24px",
    "h1": f"margin:0 0 16px;font-size:24px;line-height:30px;font-weight:600;color:{_INK}",
    "h2": f"margin:24px 0 12px;font-size:19px;line-height:26px;font-weight:600;color:{_INK}",
    "h3": f"margin:20px 0 8px;font-size:16px;line-height:24px;font-weight:600;color:{_INK}",
    "ul": "margin:0 0 16px;padding:0 0 0 22px",
    "ol": "margin:0 0 16px;padding:0 0 0 24px",
    "li": "margin:0 0 6px;line-height:24px",
    "a": f"color:{_ACCENT};text-decoration:underline",
    "img": "display:block;max-width:100%;height:auto;border:0",
    "hr": f"border:0;border-top:1px solid {_LINE};margin:24px 0",
    "blockquote": f"margin:0 0 16px;padding:0 0 0 16px;border-left:3px solid {_LINE};color:{_QUIET}",
    "table": "border-collapse:collapse;width:100%;margin:0 0 16px",
    "th": f"padding:8px 8px 8px 0;border-bottom:1px solid {_LINE};text-align:left;font-weight:600;vertical-align:top",
    "td": f"padding:8px 8px 8px 0;border-bottom:1px solid {_LINE};vertical-align:top",
}
_BY_CLASS = {
    "center": "text-align:center",
    "right": "text-align:right",
    "small": f"font-size:13px;line-height:20px;color:{_QUIET}",
    "quiet": f"color:{_QUIET}",
    "lead": "font-size:18px;line-height:28px",
    "button": f"display:inline-block;padding:12px 24px;border-radius:6px;background:{_ACCENT};color:#ffffff;font-weight:600;text-decoration:none;line-height:20px",
}
_EMPTY = {"br", "hr", "img"}
# A number with its thousands and its unit stays on one line, also where words may break: 1 284 600 ₽, 2 000 м².
_NUMBER = re.compile(
    r"(?<![\w.,])(?:\d{1,3}(?: \d{3})+|\d+)(?:[.,]\d+)?(?: (?:[₽€$%°]|(?:руб|м²|м2|кг|шт|дн|ч|мин)\b))?"
)


def _whole(found: re.Match[str]) -> str:
    said = found[0]
    return f'<span style="white-space:nowrap">{said}</span>' if " " in said else said


class _Dresser(HTMLParser):
    def __init__(self, turn: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self.turn = turn

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        style = [STYLES[tag]] if tag in STYLES else []
        style += [
            _BY_CLASS[c] for c in given.pop("class", "").split() if c in _BY_CLASS
        ]
        if tag == "a" and "href" in given:
            given["href"] = self.turn(given["href"])
        if style:
            given["style"] = ";".join(style)
        words = "".join(f' {name}="{escape(value)}"' for name, value in given.items())
        self.out.append(f"<{tag}{words}>")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag not in _EMPTY:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.out.append(_NUMBER.sub(_whole, data))

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")


def dressed(html: str, *, turn: Callable[[str], str] = str) -> str:
    """Cleaned HTML with its styles in its elements; each link goes through `turn`."""
    dresser = _Dresser(turn)
    dresser.feed(html)
    dresser.close()
    return "".join(dresser.out)


_PHONE = "@media(max-width:480px){.outer{padding:0!important}.inner{padding:24px 16px!important;border-radius:0!important}}"


# The frame keeps its width whatever stands in it (`table-layout:fixed`): a picture wider than a phone is made smaller only so.
def letter(
    body: str,
    *,
    subject: str,
    language: str,
    sender: str = "",
    footer: str = "",
    pixel: str = "",
) -> str:
    """The whole letter: `body` and `footer` are dressed HTML, `sender` the name on top, `pixel` an address or ""."""
    top = f'<p style="margin:0 0 24px;font-size:14px;line-height:20px;color:{_QUIET}">{escape(sender)}</p>' if sender else ""  # fmt: skip
    foot = f'<tr><td class="inner" style="padding:16px 40px 32px;{_FONT};font-size:13px;line-height:20px;color:{_QUIET}">{footer}</td></tr>' if footer else ""  # fmt: skip
    dot = f'<img src="{escape(pixel)}" width="1" height="1" alt="" style="display:block;border:0">' if pixel else ""  # fmt: skip
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light"><meta name="supported-color-schemes" content="light">'
        f"<title>{escape(subject)}</title><style>{_PHONE}</style></head>"
        '<body style="margin:0;padding:0;background:#f4f3f0;-webkit-text-size-adjust:100%">'
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse;table-layout:fixed;background:#f4f3f0"><tr>'
        '<td class="outer" align="center" style="padding:24px 12px">'
        '<table role="presentation" width="600" cellpadding="0" cellspacing="0" style="border-collapse:separate;table-layout:fixed;width:100%;max-width:600px"><tr>'
        f'<td class="inner" style="padding:32px 40px;background:#ffffff;border-radius:8px;{_FONT};font-size:16px;line-height:24px;color:{_INK};text-align:left;word-break:break-word">'
        f"{top}{body}{dot}</td></tr>{foot}</table></td></tr></table></body></html>"
    )


class _Reader(HTMLParser):
    """HTML as plain text: paragraphs apart, lists with dashes, links followed by where they lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.href = self.said = ""
        self.count: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.href, self.said = given.get("href") or "", ""
        elif tag == "br":
            self.out.append("\n")
        elif tag in ("ul", "ol"):
            self.count.append(0 if tag == "ul" else 1)
        elif tag == "li":
            self.out.append("\n")
            if self.count and self.count[-1]:
                self.out.append(f"{self.count[-1]}. ")
                self.count[-1] += 1
            else:
                self.out.append("- ")
        elif tag == "hr":
            self.out.append("\n\n---\n\n")
        elif tag == "tr":
            self.out.append("\n")
        elif tag in ("td", "th"):
            self.out.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            shown = self.href.removeprefix("mailto:").removeprefix("tel:")
            if shown and shown != self.said.strip():
                self.out.append(f" ({shown})")
            self.href = ""
        elif tag in ("ul", "ol"):
            if self.count:
                self.count.pop()
            self.out.append("\n\n")
        elif tag in ("p", "div", "h1", "h2", "h3", "blockquote", "table"):
            self.out.append("\n\n")

    def handle_data(self, data: str) -> None:
        said = re.sub(r"\s+", " ", data)
        if self.href:
            self.said += said
        self.out.append(said)


def plain(html: str) -> str:
    """The text part that says what the HTML says."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [line.strip() for line in "".join(reader.out).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
