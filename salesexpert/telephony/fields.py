"""What a call consists of, declared once: columns, filters and export read it here."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from clients import reading
from salesexpert.core.registry import Field, FieldType, registry
from salesexpert.telephony.choices import CallState, Direction, Outcome

ENTITY = "call"


def contact_of(row: reading.Row) -> str:
    return " ".join(filter(None, (row["contact__first_name"], row["contact__last_name"])))  # fmt: skip


def whose(row: reading.Row) -> str:
    """The client and who of him called; “” where no card has the number."""
    client = reading.client_name(row, "client__") if row["client_id"] else ""
    return ", ".join(filter(None, (client, contact_of(row))))


def number_of(row: reading.Row) -> str:
    return row["number"] or row["number_raw"]


def is_missed(row: reading.Row) -> bool:
    return row["outcome"] == Outcome.MISSED and row["direction"] == Direction.IN


def how_it_ended(row: reading.Row) -> str:
    """“missed”, “called back”, “no answer”; “” for a talk, which its length tells."""
    if row["state"] != CallState.OVER:
        return str(CallState(row["state"]).label)
    if is_missed(row):
        if row["activity__status"] == "done":
            return str(_("called back"))
        return pgettext("call", "missed")
    return pgettext("call", "no answer") if row["outcome"] == Outcome.MISSED else ""


def _ended(row: reading.Row) -> str:
    said = str(Direction(row["direction"]).label)
    return ", ".join(filter(None, (said, how_it_ended(row))))


def length_of(row: reading.Row) -> str:
    """“2:05”, “” where nobody talked."""
    seconds = row["talk_seconds"] if row["outcome"] == Outcome.TALKED else 0
    return f"{seconds // 60}:{seconds % 60:02}" if seconds else ""


def owes(row: reading.Row) -> bool:
    """Whether its person has still to say what was agreed, or whose call it was."""
    return bool(row["waits"]) and (row["waits"] == "card" or not row["activity__summary"])  # fmt: skip


def _deed(row: reading.Row) -> str:
    return str(_("waits for a résumé")) if owes(row) else ""


CALL_FIELDS = [
    Field(
        "began_at",
        _("When"),
        FieldType.MOMENT,
        path="began_at",
        order_by=("began_at", "pk"),
        in_list=True,
        default_column=True,
        filterable=True,
    ),
    Field(
        "client",
        _("Whose call"),
        FieldType.REFERENCE,
        path="client",
        paths=("client_id", *reading.client_name_paths("client__"), "contact__first_name", "contact__last_name"),
        text=whose,
        in_list=True,
        default_column=True,
        filterable=True,
    ),
    Field(
        "number",
        pgettext_lazy("telephone", "Number"),
        FieldType.PHONE,
        path="number",
        paths=("number", "number_raw"),
        text=number_of,
        order_by=("number", "pk"),
        in_list=True,
        default_column=True,
    ),
    Field(
        "ended",
        _("How it ended"),
        FieldType.TEXT,
        paths=("direction", "state", "outcome", "activity__status"),
        text=_ended,
        in_list=True,
        default_column=True,
        filterable=True,
    ),
    Field(
        "talk",
        pgettext_lazy("call", "Talk"),
        FieldType.NUMBER,
        path="talk_seconds",
        paths=("talk_seconds", "outcome"),
        text=length_of,
        order_by=("talk_seconds", "pk"),
        in_list=True,
        default_column=True,
        definition=_("How long they talked, minutes and seconds."),
    ),
    Field("person", _("Person"), FieldType.PERSON, path="user", in_list=True, default_column=True, filterable=True),
    Field(
        "deed",
        _("Résumé"),
        FieldType.TEXT,
        paths=("waits", "activity__summary", "user_id"),
        text=_deed,
        in_list=True,
        default_column=True,
    ),
    Field(
        "direction",
        _("Direction"),
        FieldType.CHOICE,
        path="direction",
        choices=lambda: Direction.choices,
        in_list=True,
        filterable=True,
    ),
    Field("line", _("Our number"), FieldType.TEXT, path="line", in_list=True),
    Field("answered_at", pgettext_lazy("call", "Answered"), FieldType.MOMENT, path="answered_at", in_list=True),
    Field("ended_at", pgettext_lazy("call", "Ended"), FieldType.MOMENT, path="ended_at", in_list=True),
    Field(
        "connection",
        _("Exchange"),
        FieldType.REFERENCE,
        path="connection",
        paths=("connection__name",),
        text=lambda row: row["connection__name"],
        model="telephony.Connection",
        in_list=True,
        filterable=True,
    ),
]  # fmt: skip


def declare() -> None:
    registry.register(ENTITY, CALL_FIELDS)
