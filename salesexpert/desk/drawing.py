"""How the lines of a day look. Written by hand, not by a template: a day has a hundred of them and is redrawn after each deed."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from urllib.parse import quote

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from salesexpert.core.templatetags import look
from salesexpert.desk.day import Entry, Gap


class DayDrawer:
    """Draws lines for a reader who may do work from them, and plan it in the gaps between."""

    def __init__(self, *, may_do: bool, may_plan: bool, now: datetime) -> None:
        self.may_do, self.may_plan, self.now = may_do, may_plan, now
        self.done, self.put_off = escape(_("Done")), escape(_("Put off"))
        self.me, self.result = escape(_("me")), escape(_("Result."))
        self.now_word, self.plan_word = escape(_("Now")), escape(_("Plan work"))
        self.free = _("free until %(until)s")
        self.plan = reverse("clients:plan")
        self.check, self.clock = look.icon("check"), look.icon("clock-share")
        self.heart = look.icon("heart-handshake")

    def late(self, entries: Iterable[Entry]) -> SafeString:
        return SafeString("\n".join(map(self._late, entries)))

    def line(self, items: Iterable[Entry | Gap | None]) -> SafeString:
        return SafeString("\n".join(map(self._item, items)))

    def ahead(self, entries: Iterable[Entry]) -> SafeString:
        return SafeString("\n".join(map(self._ahead, entries)))

    # ── what is late ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _late(self, e: Entry) -> str:
        what, pk = escape(e["what"]), e["pk"]
        client = deeds = ""
        if e["client"]:
            name = escape(e["client"])
            client = f'<span class="cut lc t2">{name}</span>'
            if e["card"]:
                client = f'<a class="cut lc" href="{e["card"]}">{name}</a>'
        if self.may_do:
            deeds = f'<span class="late-a">{self._icon(e["done_url"], pk, f"{self.done}: {what}", self.check)}{self._icon(e["put_off_url"], pk, f"{self.put_off}: {what}", self.clock)}</span>'
        by = self.me if e["is_mine"] else escape(e["by"])
        me = " me" if e["is_mine"] else ""
        return (
            f'<li><span class="num bad nw">{e["day"]}</span>{look.icon(e["icon"])}<a class="q cut" href="{e["link"]}" title="{what}"><b>{what}</b></a>'
            f'{client}<span class="who t2">{self._face(e["by"], me)}{by}</span>{deeds}<div class="slot" id="f-{pk}"></div></li>'
        )

    def _icon(self, url: str, pk: int, label: str, icon: str) -> str:
        return f'<button type="button" class="btn btn-sm btn-quiet btn-ico" {_asks(url, pk)} aria-label="{label}">{icon}</button>'

    @staticmethod
    def _face(name: str, css: str = "") -> str:
        return f'<span class="av{css}" aria-hidden="true">{escape(look.initials(name))}</span>'

    # ── today ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _item(self, item: Entry | Gap | None) -> str:
        if item is None:
            clock = look.clock(self.now)
            return f'<li class="nowline" aria-label="{self.now_word} {clock}"><span class="num">{clock}</span></li>'
        return self._gap(item) if isinstance(item, Gap) else self._entry(item)

    def _gap(self, gap: Gap) -> str:
        words = escape(self.free % {"until": look.clock(gap.ends_at)})
        if self.may_plan:
            at = quote(f"{timezone.localtime(gap.starts_at):%H:%M}")
            words += f' <a href="{self.plan}?back=/" hx-get="{self.plan}?back=/&amp;clock={at}" hx-target="#dialog" hx-swap="innerHTML">{self.plan_word}</a>'
        return f'<li class="gap"><span class="num">{look.clock(gap.starts_at)}</span><span></span><span>{words}</span></li>'

    def _entry(self, e: Entry) -> str:
        pk = e["pk"]
        css, late, deeds = " done", "", ""
        if not e["is_done"]:
            css, late = "", " bad" if e["starts_at"] < self.now else ""
            if self.may_do:
                deeds = (
                    f'<span class="ev-a"><button type="button" class="btn btn-sm btn-line" {_asks(e["done_url"], pk)}>{self.check}{self.done}</button>'
                    f"{self._icon(e['put_off_url'], pk, self.put_off, self.clock)}</span>"
                )
        length = f"<small>{escape(e['minutes'])}</small>" if e["minutes"] else ""
        return (
            f'<li class="ev{css}"><div class="ev-t num{late}">{e["clock"]}{length}</div><span class="ev-i">{look.icon(e["icon"])}</span><div class="ev-b">'
            f'<div class="ev-h"><a class="q" href="{e["link"]}"><b>{escape(e["what"])}</b></a>{deeds}</div>'
            f'{self._client(e)}{self._told(e)}<div id="f-{pk}"></div></div></li>'
        )

    def _client(self, e: Entry) -> str:
        if not e["client"]:
            return ""
        name = escape(e["client"])
        drawn = f'<a href="{e["card"]}">{name}</a>' if e["card"] else f"<span>{name}</span>"  # fmt: skip
        phone = f'href="tel:{escape(e["call"])}">{escape(e["phone"])}</a>'
        if e["contact"]:
            person = ", ".join(filter(None, (e["contact"], e["position"])))
            call = f' · <a class="q num" {phone}' if e["phone"] else ""
            drawn += f'<span class="t2">{escape(person)}{call}</span>'
        elif e["phone"]:
            drawn += f'<a class="q t2 num" {phone}'
        return f'<div class="ev-c">{drawn}</div>'

    def _told(self, e: Entry) -> str:
        """What came of it, or what one must know before it."""
        if e["is_done"]:
            if not e["outcome"]:
                return ""
            return f'<div class="ev-n"><span class="t3">{self.result}</span> {escape(e["outcome"])}</div>'
        note = f'<div class="ev-n">{escape(e["note"])}</div>' if e["note"] else ""
        promise = f'<div class="ev-g">{self.heart}<span>{escape(e["promise"])}</span></div>' if e["promise"] else ""  # fmt: skip
        booked = f'<div class="ev-by">{self._face(e["by"])}<span>{escape(e["booked"])}</span></div>' if e["booked"] else ""  # fmt: skip
        return note + promise + booked

    # ── what others booked ───────────────────────────────────────────────────────────────────────────────────────────

    def _ahead(self, e: Entry) -> str:
        what = escape(e["what"])
        about = " · ".join(filter(None, (e["client"], e["by"])))
        return (
            f'<li><span class="pc">{look.icon(e["icon"])}</span><span class="grow"><a class="q cut" href="{e["link"]}" title="{what}">{what}</a>'
            f'<span class="t3 sm">{escape(about)}</span></span><span class="when">{escape(look.moment(e["starts_at"]))}</span></li>'
        )


def _asks(url: str, pk: int) -> str:
    """Ask for the form of a deed and open it below the line."""
    return f'hx-get="{url}?back=/" hx-target="#f-{pk}" hx-swap="innerHTML"'
