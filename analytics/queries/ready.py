"""Questions that come with the product, one or more for each thing that marketing asks itself.

Rows of saved questions without an owner, kept in English and shown in the language of the reader. They are put in after
migrations, and put right when a version of the product changes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext_noop

from analytics.models import SavedQuery
from analytics.queries.question import Question
from clients.models import ActivityKind

YEAR = {"name": "12_months_to_today", "asked": True}
MARKETING = gettext_noop("Marketing")
COUNT: dict[str, Any] = {"kind": "count"}
COST: dict[str, Any] = {"kind": "outside", "field": "campaign_cost"}


@dataclass(frozen=True, slots=True)
class Ready:
    """`kind` is the code of a kind of work that the question is about."""

    code: str
    name: str
    about: str
    question: dict[str, Any]
    kind: str = ""


def conversion(until: str, **more: Any) -> dict[str, Any]:
    return {"kind": "conversion", "until": until, **more}


def days(until: str, since: str = "") -> dict[str, Any]:
    return {"kind": "days", "until": until, "how": "median", **({"since": since} if since else {})}  # fmt: skip


def of(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "field": name, **more}


def ratio(a: dict[str, Any], b: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "ratio", "of": a, "by": b}


def among(name: str, *values: str, op: str = "in") -> dict[str, Any]:
    return {"field": name, "op": op, "values": list(values)}


def where(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"parts": list(parts)}


# Advertising and repeats are no inquiries.
REAL = among("not_ours", "spam", "duplicate", op="not_in")


def _asked(subject: str, measures: Sequence[dict[str, Any]], rows: Sequence[Any], **more: Any) -> dict[str, Any]:  # fmt: skip
    sides = [{"field": r} if isinstance(r, str) else r for r in rows]
    return {"subject": subject, "measures": list(measures), "rows": sides, "period": YEAR} | more  # fmt: skip


_INQUIRIES = (COUNT, conversion("converted_at"), conversion("first_won_at"), days("converted_at"), days("first_won_at"))  # fmt: skip
_MONEY = (COUNT, of("sum", "amount"), of("average", "amount"), of("sum", "paid"), days("won_at", "opened_at"), days("won_at", "client.first_contact_at"))  # fmt: skip
_CLOSED = {"name": "12_months_to_today", "field": "closed_at", "asked": True}
_WON = where(among("state", "won"))

READY: tuple[Ready, ...] = (
    # AM1: channels of promotion.
    Ready("channels", gettext_noop("Channels of promotion: conversion and length"), gettext_noop("Which sources bring inquiries that become clients and won deals, and how long it takes. A channel with many inquiries and few deals brings the wrong people."),
          _asked("inquiries", _INQUIRIES, ["source"], where=where(REAL), chart="bar")),
    Ready("channels_money", gettext_noop("Channels of promotion: revenue and length"), gettext_noop("What the won deals of each source brought, and how long they took."),
          _asked("deals", _MONEY, ["source"], where=_WON, period=_CLOSED, order=1, chart="bar", shown=1)),
    Ready("channels_cost", gettext_noop("Channels of promotion: cost"), gettext_noop("What an inquiry of each source cost. Campaigns share their costs equally among their channels."),
          _asked("inquiries", [COUNT, COST, ratio(COST, COUNT), ratio(COST, {"kind": "reached", "until": "first_won_at"})], ["source"], order=1)),
    Ready("links", gettext_noop("Links of advertisements (utm)"), gettext_noop("Tags of the links that led to the site, exactly as they were written."),
          _asked("inquiries", _INQUIRIES[:4], ["utm_source", "utm_campaign"], where=where(REAL, {"field": "utm_source", "op": "given"}))),
    # AM2: sales channels.
    Ready("sales_channels", gettext_noop("Sales channels"), gettext_noop("Calls, the site, letters, events: by which way people come who buy."),
          _asked("inquiries", _INQUIRIES, ["channel"], where=where(REAL), chart="bar")),
    Ready("initiative", gettext_noop("Who started: we or they"), gettext_noop("Won deals of clients whom we found and of those who found us."),
          _asked("deals", [COUNT, conversion("won_at"), of("sum", "paid"), days("won_at", "opened_at")], ["client.initiative"])),
    # AM3: the market's answer to product and price.
    Ready("price", gettext_noop("Refusals by reason and price"), gettext_noop("At which price they refuse, and why: if “too dear” does not grow with the price, it is not the price."),
          _asked("refusals", [{"kind": "count", "share": "column"}], ["reason_group"], columns=[{"field": "deal.amount", "step": "100000,300000,1000000,3000000"}])),
    Ready("product", gettext_noop("Refusals by product and reason"), gettext_noop("What they do not like in each product."),
          _asked("refusals", [COUNT], ["deal.products"], columns=[{"field": "reason_group"}])),
    Ready("competitors", gettext_noop("Competitors: our price against theirs"), gettext_noop("From whom they buy instead, and by how much we are dearer: the amount of the deal less the competitor's price."),
          _asked("refusals", [COUNT, of("median", "gap"), of("average", "competitor_price")], ["competitor"], where=where(among("competitor", "none", op="not_in")))),
    # AM4: segments.
    Ready("segments", gettext_noop("Segments and products"), gettext_noop("What each industry buys: sums of lines of won deals."),
          _asked("lines", [of("sum", "total")], ["client.industry"], columns=[{"field": "product"}], where=where(among("deal.state", "won")), period={"name": "12_months_to_today", "field": "deal.closed_at", "asked": True})),
    Ready("regions", gettext_noop("Segments and regions: share of won deals"), gettext_noop("Where which industry buys. Many deals and few won: the offer does not fit the segment."),
          _asked("deals", [COUNT, conversion("won_at"), of("sum", "paid")], ["client.region", "client.industry"], where=where(among("state", "won", "lost")), period=_CLOSED)),
    Ready("lead_segments", gettext_noop("Inquiries by segment"), gettext_noop("Which industries turn to us, and how many of them become clients."),
          _asked("inquiries", _INQUIRIES, ["industry"], where=where(REAL))),
    # AM5, AM9: campaigns.
    Ready("campaigns", gettext_noop("Campaigns: from the first inquiry to clients"), gettext_noop("Inquiries, clients and what each of them cost."),
          _asked("inquiries", [COUNT, conversion("converted_at"), {"kind": "clients"}, COST, ratio(COST, COUNT), ratio(COST, {"kind": "clients"})], ["campaign"], order=0)),
    Ready("campaigns_money", gettext_noop("Campaigns: cost and return per won deal"), gettext_noop("What a won deal of each campaign cost, and how many roubles were paid for a rouble spent."),
          _asked("deals", [COUNT, {"kind": "reached", "until": "won_at"}, of("sum", "paid"), COST, ratio(COST, {"kind": "reached", "until": "won_at"}), ratio(of("sum", "paid"), COST)], ["campaign"], order=2, chart="bar", shown=2)),
    # CC7: what pushed them.
    Ready("triggers", gettext_noop("What pushed clients to start"), gettext_noop("Trigger events by how many of their clients bought, and how soon."),
          _asked("clients", [COUNT, conversion("first_deal_at"), conversion("first_won_at"), days("first_won_at", "first_contact_at")], ["trigger_event"], where=where(among("initiative", "theirs")))),
    # LT4, LT5: cold calls.
    Ready("cold_calls", gettext_noop("Cold calls and what came of them"), gettext_noop("Calls to cold clients by seller: how many found interest, and after how many a deal was opened within 90 days."),
          _asked("activities", [COUNT, {"kind": "clients"}, conversion("interest_at"), conversion("client.first_deal_at", within=90), conversion("client.first_won_at", within=180)], ["performer"], where=where({"field": "cold", "op": "yes"}, among("status", "done"))), kind="call"),
    Ready("cohorts", gettext_noop("New clients by month, and where they were in 90 days"), gettext_noop("Of the clients of each month: how many had a meeting, a demonstration, an offer, a won deal within 90 days."),
          _asked("clients", [COUNT, *(conversion(step, within=90) for step in ("first_meeting_at", "first_demonstration_at", "first_offer_on", "first_won_at"))], [{"field": "created_at", "step": "month"}])),
    Ready("lead_cohorts", gettext_noop("Inquiries by month: conversion and length"), gettext_noop("Of the inquiries of each month: how many became clients, and in how many days half of them did."),
          _asked("inquiries", _INQUIRIES, [{"field": "received_at", "step": "month"}], where=where(REAL), chart="line", shown=1)),
    # Studies.
    Ready("satisfaction", gettext_noop("Results of satisfaction studies"), gettext_noop("How clients rate us, quarter by quarter. When the dissatisfied grow, look at service and delivery of that quarter."),
          _asked("activities", [{"kind": "count", "share": "column"}], ["result"], columns=[{"field": "done_at", "step": "quarter"}], where=where(among("status", "done"))), kind="satisfaction"),
    # AM7: shares of reasons and what to look at next.
    Ready("reasons", gettext_noop("Shares of refusal reasons"), gettext_noop("Price has a small share: leave the price alone. Benefits are not understood: look at the materials and at how sellers are trained. The product is not needed: look at the choice of segments. Contact is lost: look at how long stages take."),
          _asked("refusals", [{"kind": "count", "share": "total"}, COUNT], ["reason_group", "reason"], order=1, compare="previous", chart="treemap")),
    Ready("reasons_sellers", gettext_noop("Refusal reasons by seller"), gettext_noop("A reason that only some sellers hear is a matter of training, one that all hear is a matter of the offer."),
          _asked("refusals", [{"kind": "count", "share": "column"}], ["reason_group"], columns=[{"field": "refused_by"}])),
)  # fmt: skip


_SAID = ("name", "description", "folder", "question")


def install(*, using: str, **_signal: Any) -> None:
    """Put the ready questions in, and put right those that changed; runs after each migration, as the owner."""
    tables = connections[using].introspection.table_names()
    if not {SavedQuery._meta.db_table, ActivityKind._meta.db_table} <= set(tables):
        return
    kinds = dict(ActivityKind.with_bin.values_list("code", "pk"))
    there = {row["ready"]: row for row in SavedQuery.objects.exclude(ready="").values("pk", "ready", *_SAID)}  # fmt: skip
    now = timezone.now()
    new = []
    for one in READY:
        given = one.question
        if one.kind:
            if one.kind not in kinds:
                continue
            parts = [*given["where"]["parts"], among("kind", str(kinds[one.kind]))]
            given = given | {"where": {"parts": parts}}
        said = dict(zip(_SAID, (one.name, one.about, MARKETING, Question.read(given).to_json()), strict=True))  # fmt: skip
        row = there.get(one.code)
        if row is None:
            new.append(SavedQuery(ready=one.code, made_at=now, changed_at=now, **said))
        elif any(row[name] != value for name, value in said.items()):
            SavedQuery.objects.filter(pk=row["pk"]).update(changed_at=now, **said)
    SavedQuery.objects.bulk_create(new)
