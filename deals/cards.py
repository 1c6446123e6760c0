"""How a card of the board looks. Written by hand, not by a template: a hundred stand on a board, redrawn at each move."""

from collections.abc import Iterable
from datetime import datetime
from html import escape

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from deals.board import Card
from deals.choices import Priority
from pipeline.choices import Light
from pipeline.clock import day_of, light_of, worked_days
from salesexpert.accounts.models import User
from salesexpert.core.templatetags import look

FLAGGED = Priority.HIGH


class CardDrawer:
    """Draws cards for `user` at the moment `at`."""

    def __init__(self, user: User, *, may_move: bool, at: datetime) -> None:
        self.user_id, self.may_move = user.pk, may_move
        self.now = at
        self.today, self.company_day = timezone.localdate(at), day_of(at)
        self.deal = reverse("deals:deal", args=[0]).removesuffix("0/")
        self.to = reverse("deals:board_choices", args=[0]).split("0/")[0]
        self.move_word = escape(_("Move to…"))
        self.no_amount, self.no_step = escape(_("no amount")), escape(_("no step"))
        self.waits, self.days = escape(_("waits")), _("%(n)s d")
        self.days_word = escape(_("Working days on the stage"))
        self.debt_word = escape(_("Overdue debt and its days"))
        self.priorities = {p.value: escape(str(p.label)) for p in Priority}
        names = ("dots", "flag", "calendar", "calendar-off", "alert-circle", "clock", "cash")  # fmt: skip
        self.icons = {name: look.icon(name, "s") for name in names}
        self.dates: dict[object, str] = {}

    def draw(self, cards: Iterable[Card]) -> SafeString:
        return SafeString("\n".join(map(self._card, cards)))

    def _card(self, card: Card) -> str:
        title, pk = escape(card.title), card.pk
        move = flag = ""
        if self.may_move:
            move = f'<a class="dc-mv" href="{self.to}{pk}/to/" data-to aria-label="{self.move_word} {title}" title="{self.move_word}">{self.icons["dots"]}</a>'
        if card.priority >= FLAGGED:
            word = self.priorities[card.priority]
            bad = " bad" if card.priority > FLAGGED else ""
            flag = f'<span class="dc-pr{bad}" title="{word}">{self.icons["flag"]}<span class="vh">{word}</span></span>'
        me = " me" if card.responsible == self.user_id else ""
        return (
            f'<li class="dcard" tabindex="0" data-deal="{pk}"><div class="dc-h">'
            f'<span class="t3 sm cut">{escape(card.client)}</span>{move}</div>'
            f'<a class="q cut2 dt" href="{self.deal}{pk}/">{flag}{title}</a>'
            f'<div class="dm">{self._amount(card)}{self._expected(card)}</div>'
            f'{self._debt(card)}<div class="df">{self._step(card)}{self._clock(card)}'
            f'<span class="end"><span class="av{me}" aria-hidden="true">{escape(look.initials(card.person))}</span></span></div></li>'
        )

    def _day(self, day: object) -> str:
        drawn = self.dates.get(day)
        if drawn is None:
            drawn = self.dates[day] = look.plain_day(day)  # type: ignore[arg-type]
        return drawn

    def _amount(self, card: Card) -> str:
        if card.amount is None:
            return f'<span class="t3">{self.no_amount}</span>'
        currency = "" if card.currency == "RUB" else f" {card.currency}"
        return f'<b class="num">{look.number(card.amount)}{currency}</b>'

    def _expected(self, card: Card) -> str:
        on = card.expected_on
        if on is None:
            return ""
        css = "bad" if on < self.today else "t3"
        return f'<span class="sm {css} nw">{self._day(on)}</span>'

    def _step(self, card: Card) -> str:
        at = card.next_step_at
        if at is None:
            return f'<span class="nx-none nw">{self.icons["calendar-off"]}{self.no_step}</span>'
        css, icon = "nx-later", "calendar"
        if at < self.now:
            css, icon, when = "nx-over", "alert-circle", look.day(at)
        elif timezone.localdate(at) == self.today:
            css, when = "nx-acc", look.clock(at)
        else:
            when = look.day(at)
        title = escape(card.next_step_title)
        return f'<span class="{css} nw" title="{title}">{self.icons[icon]}{when}</span>'

    def _clock(self, card: Card) -> str:
        """“Waits until …”, or the working days on the stage once its norm runs out."""
        if card.waits_until is not None and card.waits_until > self.company_day:
            return f'<span class="se-tag nw">{self.waits} {self._day(card.waits_until)}</span>'
        if card.norm_days is None or card.entered_at is None:
            return ""
        worked = worked_days(day_of(card.entered_at), self.company_day, card.pauses)
        light = light_of(worked, card.norm_days)
        if light == Light.GREEN:
            return ""
        css = "warn" if light == Light.YELLOW else "bad"
        days = self.days % {"n": worked}
        return f'<span class="se-tag {css} num" title="{self.days_word}">{self.icons["clock"]}{days}</span>'

    def _debt(self, card: Card) -> str:
        debt = card.debt
        if debt is None:
            return ""
        overdue, days = look.money(debt.overdue, debt.currency), self.days % {"n": debt.days}  # fmt: skip
        return f'<div class="dc-debt sm bad num" title="{self.debt_word}">{self.icons["cash"]}{overdue}<span class="end">{days}</span></div>'
