"""A letter made of a template: subject, HTML, text part; and the page of a fax."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mailing import design
from mailing.merging import Filled


@dataclass(frozen=True, slots=True)
class Composed:
    subject: str
    html: str
    text: str


class Letters:
    """Letters of one content, {"subject", "body", "text", "language"}; templates are read once. Raises BadTemplate."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.language = content.get("language") or "ru"
        self.subject = Filled(content.get("subject", ""), html=False)
        self.body = Filled(content.get("body", ""), html=True)
        text = content.get("text", "")
        self.text = Filled(text, html=False) if text.strip() else None

    def make(
        self,
        values: Mapping[str, Any],
        *,
        turn: Callable[[str], str] = str,
        unsubscribe: str = "",
        pixel: str = "",
        sender: str = "",
    ) -> Composed:
        """`turn` changes where links lead (to the counter of clicks), `unsubscribe` is the link at the foot."""
        subject = " ".join(self.subject.fill(values).split())[:300]
        body = self.body.fill(values)
        text = self.text.fill(values).strip() if self.text else design.plain(body)
        with translation.override(self.language):
            footer, foot = self._footer(values, unsubscribe)
        html = design.letter(
            design.dressed(body, turn=turn),
            subject=subject,
            language=self.language,
            sender=sender,
            footer=footer,
            pixel=pixel,
        )
        return Composed(subject, html, f"{text}\n\n--\n{foot}" if foot else text)

    def _footer(self, values: Mapping[str, Any], unsubscribe: str) -> tuple[str, str]:
        """Who we are, and how to end it: the law on advertising asks for both."""
        if not unsubscribe:
            return "", ""
        company = values["company"]
        who = ", ".join(filter(None, [company["name"], company["address"], company["phone"]]))  # fmt: skip
        why = _("You get this letter because you agreed to our mailings.")
        stop = _("Unsubscribe")
        link = f'<a href="{escape(unsubscribe)}" style="color:#6b6862;text-decoration:underline">{escape(stop)}</a>'
        return (
            f"{escape(who)}<br>{escape(why)} {link}",
            f"{who}\n{why}\n{stop}: {unsubscribe}",
        )


# Black on white and nothing thin: a fax has 204×196 dots an inch, and no grey.
_FAX = (
    "@page{size:A4;margin:18mm 16mm 18mm 20mm;@bottom-right{content:counter(page) ' / ' counter(pages);font:700 11pt FAMILY;color:#000}}"
    "html{font:500 13pt/1.4 FAMILY;color:#000}body{margin:0}"
    "h1{font-size:20pt;margin:0 0 5mm}h2{font-size:16pt;margin:6mm 0 3mm}h3{font-size:14pt;margin:5mm 0 2mm}"
    "p{margin:0 0 4mm}ul,ol{margin:0 0 4mm;padding-left:7mm}li{margin:0 0 1.5mm}"
    "a{color:#000;text-decoration:underline}hr{border:0;border-top:1pt solid #000;margin:5mm 0}"
    "table{border-collapse:collapse;width:100%;margin:0 0 4mm}th,td{border:1pt solid #000;padding:1.5mm 2mm;text-align:left;vertical-align:top}"
    ".cover{break-after:page}.cover h1{font-size:34pt;letter-spacing:2mm;border-bottom:2.5pt solid #000;padding-bottom:4mm;margin-bottom:8mm}"
    ".cover td,.cover th{border:0;border-bottom:1pt solid #000;padding:3mm 2mm;font-size:14pt}.cover th{width:36mm;font-weight:700}"
    ".center{text-align:center}.right{text-align:right}.small,.quiet{font-size:11pt}.lead{font-size:15pt}img{max-width:100%}"
)


def fax_title(content: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """What a fax is about. Raises BadTemplate."""
    return " ".join(Filled(content.get("subject", ""), html=False).fill(values).split())


def fax_page(
    content: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    number: str,
    is_advertising: bool = False,
) -> str:
    """The HTML of a fax, with its cover when the content asks for one; an advertisement says at its end how to end them.

    Raises BadTemplate.
    """
    from deals.papers.pdf import FAMILY

    language = content.get("language") or "ru"
    body = Filled(content.get("body", ""), html=True).fill(values)
    subject = fax_title(content, values)
    with translation.override(language):
        cover = _cover(values, number=number, subject=subject) if content.get("cover") else ""  # fmt: skip
        foot = _fax_foot(values) if is_advertising else ""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(subject)}</title>'
        f"<style>/*fonts*/{_FAX.replace('FAMILY', FAMILY)}</style></head><body>{cover}{body}{foot}</body></html>"
    )


def _fax_foot(values: Mapping[str, Any]) -> str:
    company, manager = values["company"], values["manager"]
    who = ", ".join(filter(None, [company["name"], company["address"], company["phone"]]))  # fmt: skip
    ways = [company["phone"] or manager["phone"], company["email"] or manager["email"]]
    why = _("You get this fax because you agreed to our mailings.")
    stop = _("To get no more of them, tell us: %s.") % ", ".join(filter(None, ways))
    return f'<hr><p class="small">{escape(who)}<br>{escape(why)} {escape(stop)}</p>'


def _cover(values: Mapping[str, Any], *, number: str, subject: str) -> str:
    contact, client = values["contact"]["name"], values["client"]["name"]
    manager, company = values["manager"], values["company"]
    rows = [
        (_("To"), ", ".join(filter(None, [client, contact]))),
        (_("Fax number"), number),
        (
            pgettext("fax", "From"),
            ", ".join(filter(None, [company["name"], manager["name"]])),
        ),
        (_("Phone"), manager["phone"] or company["phone"]),
        (_("Date"), values["today"]),
        (_("About"), subject),
    ]
    table = "".join(
        f"<tr><th>{escape(label)}</th><td>{escape(value)}</td></tr>"
        for label, value in rows
        if value
    )
    title = _("FAX")
    return f'<section class="cover"><h1>{title}</h1><table>{table}</table></section>'
