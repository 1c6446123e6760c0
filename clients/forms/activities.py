"""What people type about their work with clients."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients import kinds
from clients.actions.activity_rules import Promise, Step
from clients.choices import ActivityCode, CommitmentKind, Direction
from clients.models import Activity, Client, Contact, ContactLink
from salesexpert.accounts.models import User

RECORD, PLAN = "record", "plan"
EARLIEST = date(1990, 1, 1)
FARTHEST = timedelta(days=10 * 366)
SUMMARY_LENGTH = 20_000

_TOO_LONG = {"max_length": _("Too long: %(show_value)s characters, %(limit_value)d fit.")}  # fmt: skip
_NO_NUMBER = {
    "invalid": _("Choose from the list."),
    "min_value": _("Choose from the list."),
    "max_value": _("Choose from the list."),
}
_DATE = {"invalid": _("Give a date, for example 20.11.2026.")}
_TIME = {"invalid": _("Give a time, for example 14:30.")}


class Id(forms.IntegerField):
    """The id of a record chosen from a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            min_value=1,
            max_value=2**62,
            error_messages=_NO_NUMBER,
            **kwargs,
        )


def _text(length: int) -> forms.CharField:
    return forms.CharField(required=False, max_length=length, error_messages=_TOO_LONG)


def _day() -> forms.DateField:
    return forms.DateField(required=False, error_messages=_DATE)


def _clock() -> forms.TimeField:
    return forms.TimeField(required=False, error_messages=_TIME)


def _minutes() -> forms.IntegerField:
    return forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1440,
        error_messages={
            "invalid": _("Give whole minutes."),
            "min_value": _("Give from 1 to 1,440 minutes."),
            "max_value": _("Give from 1 to 1,440 minutes."),
        },
    )


class TimedForm(forms.Form):
    """A form that knows who fills it and when, and puts days and clocks together into moments of the user's zone."""

    # What the browser shows comes from templates; the renderer of fields is not used, so ids are the names.
    use_required_attribute = False

    def __init__(self, data: Any = None, *, user: User, at: datetime, client: Client | None = None, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        self.user, self.at, self.client = user, at, client

    def moment(self, on: str, clock: str, *, default: time) -> datetime | None:
        """The moment in two fields, None when no day is given; a refused field stays refused."""
        day = self.cleaned_data.get(on)
        if day is None:
            return None
        hour = self.cleaned_data.get(clock) or default
        return timezone.make_aware(datetime.combine(day, hour.replace(tzinfo=None)))

    def coming(self, on: str, clock: str) -> datetime | None:
        """A moment to plan for: today or later, within ten years."""
        day = self.cleaned_data.get(on)
        if day is None:
            if on not in self.errors:
                self.add_error(on, _("Give the day."))
            return None
        today = timezone.localdate(self.at)
        if day < today:
            self.add_error(on, _("This day has passed: choose today or later."))
            return None
        if day > today + FARTHEST:
            self.add_error(on, _("This is more than ten years away."))
            return None
        return self.moment(on, clock, default=time(10, 0))

    def past(self, on: str, clock: str) -> datetime:
        """A moment when something was done: now unless given, never to come."""
        day, hour = self.cleaned_data.get(on), self.cleaned_data.get(clock)
        if day is None and hour is None:
            return self.at
        if day is None:
            day = self.cleaned_data[on] = timezone.localdate(self.at)
        if day < EARLIEST:
            self.add_error(on, _("Give a day after 1990."))
            return self.at
        local = timezone.localtime(self.at)
        moment = self.moment(
            on, clock, default=local.time() if day == local.date() else time(12, 0)
        )
        if moment and moment > self.at:
            self.add_error(
                on if day > local.date() else clock,
                _("This has not come yet: plan it instead of recording it."),
            )
        return moment or self.at

    def person(self, name: str) -> User | None:
        """The chosen performer; None for the user himself."""
        pk = self.cleaned_data.get(name)
        if pk is None or pk == self.user.pk:
            return None
        found = User.objects.filter(pk=pk, is_active=True).first()
        if found is None:
            self.add_error(name, _("This person no longer works here."))
        elif not self.user.has_perm("clients.plan_for_others"):
            self.add_error(name, _("You may plan only your own work."))
        return found

    def chosen_kind(self, name: str, *, required: bool = True) -> Any:
        pk = self.cleaned_data.get(name)
        kind = kinds.book().kind(pk)
        if pk is not None and (kind is None or kind.retired_at):
            self.add_error(name, _("Choose from the list."))
            return None
        if kind is None and required and name not in self.errors:
            self.add_error(name, _("Choose what kind of work it was."))
        if kind and self.client and kind.code == ActivityCode.INTERNAL:
            self.add_error(name, _("Internal work has no client: plan it from “My day”."))  # fmt: skip
        return kind

    def chosen_contact(self, name: str) -> Contact | None:
        """A person who works or worked for the client."""
        pk = self.cleaned_data.get(name)
        if pk is None:
            return None
        link = (
            ContactLink.objects.filter(
                client=self.client, contact=pk, contact__bin=None
            )
            .select_related("contact")
            .first()
            if self.client
            else None
        )
        if link is None:
            self.add_error(name, _("This person is not a contact of the client."))
            return None
        return link.contact


class StepFields(forms.Form):
    """The next step, planned together with what was done. Only a day makes it one."""

    then = forms.CharField(required=False, max_length=10)
    next_kind = Id()
    next_on = _day()
    next_at = _clock()
    next_performer = Id()
    next_title = _text(200)


class SaidFields(forms.Form):
    """What was said: résumé, result, promise, question."""

    summary = _text(SUMMARY_LENGTH)
    result = Id()
    minutes = _minutes()
    done_on = _day()
    done_clock = _clock()
    promise = forms.BooleanField(required=False)
    promise_kind = forms.ChoiceField(required=False, choices=CommitmentKind.choices)
    promise_text = _text(500)
    promise_until = _day()
    asked = forms.BooleanField(required=False)
    question = _text(500)


class DoneForm(SaidFields, StepFields, TimedForm):
    """Planned work is done. `read` gives what the action takes."""

    kind_of_work: Any = None

    def read_said(self, kind: Any) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if (
            kind
            and kind.needs_summary
            and not (cleaned.get("summary") or "").strip()
            and "summary" not in self.errors
        ):
            self.add_error("summary", _("Write a line on how it went."))
        result = None
        if cleaned.get("result"):
            result = next(
                (r for r in kinds.book().results_of(kind) if r.pk == cleaned["result"]),
                None,
            )
            if result is None:
                self.add_error("result", _("This result does not fit the kind of work."))  # fmt: skip
        if cleaned.get("asked") and not cleaned.get("question"):
            self.add_error("question", _("Write what the client asked."))
        until = cleaned.get("promise_until")
        if until and (until < EARLIEST or until > timezone.localdate() + FARTHEST):
            self.add_error("promise_until", _("Give a day within ten years."))
        return {
            "summary": (cleaned.get("summary") or "").strip(),
            "result": result,
            "minutes": cleaned.get("minutes"),
            "done_at": self.past("done_on", "done_clock"),
            "promise": Promise(
                text=cleaned.get("promise_text") or "",
                kind=cleaned.get("promise_kind") or CommitmentKind.PROMISE,
                due_on=until,
            )
            if cleaned.get("promise")
            else None,
            "question": (cleaned.get("question") or "") if cleaned.get("asked") else "",
        }

    def read_step(self, kind: Any) -> Step | None:
        cleaned = self.cleaned_data
        wanted = cleaned.get("then") == PLAN or (
            cleaned.get("then") != RECORD
            and (cleaned.get("next_on") or cleaned.get("next_title"))
        )
        if not wanted:
            # “Only record” leaves a half-filled step alone, whatever was typed into it.
            for name in ("next_kind", "next_on", "next_at", "next_performer", "next_title"):  # fmt: skip
                self.errors.pop(name, None)
            return None
        planned_at = self.coming("next_on", "next_at")
        step_kind = self.chosen_kind("next_kind", required=False) or kind
        performer = self.person("next_performer")
        if planned_at is None or step_kind is None or self.errors:
            return None
        return Step(
            kind=step_kind,
            planned_at=planned_at,
            performer=performer,
            title=cleaned.get("next_title") or "",
        )

    def clean(self) -> None:
        self.said = self.read_said(self.kind_of_work)
        self.next_step = self.read_step(self.kind_of_work)


class EntryForm(DoneForm):
    """The composer of the card: records what was done, or plans."""

    token = forms.UUIDField(required=False)
    mode = forms.CharField(required=False, max_length=10)
    kind = Id()
    contact = Id()
    deal = Id()
    goal = Id()
    direction = forms.ChoiceField(required=False, choices=Direction.choices)

    def clean(self) -> None:
        cleaned = self.cleaned_data
        kind = self.kind_of_work = self.chosen_kind("kind")
        self.plans = cleaned.get("mode") == PLAN
        goal = None
        if cleaned.get("goal"):
            goal = next(
                (g for g in kinds.book().goals_of(kind) if g.pk == cleaned["goal"]),
                None,
            )
        deal = stage = None
        if cleaned.get("deal") and self.client:
            row = (
                self.client.deals.filter(pk=cleaned["deal"], closed_at=None)
                .values_list("pk", "stage_id")
                .first()
            )
            if row is None:
                self.add_error("deal", _("This deal is not an open deal of the client."))  # fmt: skip
            else:
                deal, stage = row
        self.common: dict[str, Any] = {
            "kind": kind,
            "goal": goal,
            "contact": self.chosen_contact("contact"),
            "deal_id": deal,
            "key": cleaned.get("token"),
        }
        if self.plans:
            for name in SaidFields.base_fields:
                if name != "summary":
                    self.errors.pop(name, None)
            self.plan: dict[str, Any] = {
                "planned_at": self.coming("next_on", "next_at"),
                "performer": self.person("next_performer"),
                "title": cleaned.get("next_title") or "",
                "note": (cleaned.get("summary") or "").strip(),
                "minutes": cleaned.get("minutes"),
            }
            return
        super().clean()
        self.common |= {"direction": cleaned.get("direction") or "", "stage_id": stage}


class PlanForm(TimedForm):
    """Work planned from anywhere: with a client who is searched for, or internal, without one."""

    token = forms.UUIDField(required=False)
    client_id = Id()
    kind = Id()
    title = _text(200)
    note = _text(SUMMARY_LENGTH)
    on = _day()
    clock = _clock()
    minutes = _minutes()
    performer = Id()

    def clean(self) -> None:
        cleaned = self.cleaned_data
        pk = cleaned.get("client_id")
        if pk:
            self.client = Client.objects.visible_to(self.user).live().filter(pk=pk).first()  # fmt: skip
            if self.client is None:
                self.add_error("client_id", _("Choose a client from the list."))
        kind = self.chosen_kind("kind")
        if kind and not pk and kind.code != ActivityCode.INTERNAL:
            self.add_error("client_id", _("Choose the client, or “Internal matter” as the kind."))  # fmt: skip
        self.plan: dict[str, Any] = {
            "kind": kind,
            "client": self.client,
            "planned_at": self.coming("on", "clock"),
            "performer": self.person("performer"),
            "title": cleaned.get("title") or "",
            "note": (cleaned.get("note") or "").strip(),
            "minutes": cleaned.get("minutes"),
            "key": cleaned.get("token"),
        }


class RescheduleForm(TimedForm):
    on = _day()
    clock = _clock()
    performer = Id()

    def clean(self) -> None:
        self.planned_at = self.coming("on", "clock")
        pk = self.cleaned_data.get("performer")
        self.handed_to: User | None = None
        if pk == self.user.pk:
            self.handed_to = self.user
        elif pk:
            self.handed_to = self.person("performer")


class CancelForm(TimedForm):
    reason = forms.CharField(
        max_length=1000,
        error_messages={"required": _("Say why it is cancelled."), **_TOO_LONG},
    )


class AnswerForm(TimedForm):
    answer = forms.CharField(
        max_length=SUMMARY_LENGTH,
        error_messages={
            "required": _("Write what the client was answered."),
            **_TOO_LONG,
        },
    )


class EditForm(TimedForm):
    """Corrections of an entry: what is planned has a title and a note, what is done a résumé, a result, a moment."""

    title = _text(200)
    note = _text(SUMMARY_LENGTH)
    summary = _text(SUMMARY_LENGTH)
    goal = Id()
    result = Id()
    contact = Id()
    minutes = _minutes()
    direction = forms.ChoiceField(required=False, choices=Direction.choices)
    done_on = _day()
    done_clock = _clock()

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, client=activity.client, **kwargs)
        self.activity = activity

    def clean(self) -> None:
        cleaned, activity = self.cleaned_data, self.activity
        book = kinds.book()
        goal = next((g for g in book.goals if g.pk == cleaned.get("goal") and g.kind_id == activity.kind_id), None)  # fmt: skip
        result = next((r for r in book.results if r.pk == cleaned.get("result") and r.kind_id in {None, activity.kind_id}), None)  # fmt: skip
        contact = activity.contact
        if cleaned.get("contact") != activity.contact_id and "contact" not in self.errors:  # fmt: skip
            contact = self.chosen_contact("contact")
        self.changes: dict[str, Any] = {
            "title": cleaned.get("title") or activity.title,
            "goal": goal,
            "contact": contact,
            "minutes": cleaned.get("minutes"),
            "direction": (cleaned.get("direction") or "")
            if activity.kind.has_direction
            else "",
        }
        if activity.done_at is None:
            self.changes["note"] = (cleaned.get("note") or "").strip()
            if activity.status == "cancelled":
                self.changes = {"summary": (cleaned.get("summary") or "").strip()}
            return
        summary = (cleaned.get("summary") or "").strip()
        if activity.kind.needs_summary and not summary and "summary" not in self.errors:
            self.add_error("summary", _("Write a line on how it went."))
        moment = self.past("done_on", "done_clock")
        same = timezone.localtime(activity.done_at).replace(second=0, microsecond=0)
        if cleaned.get("done_on") is None or moment == same:
            moment = activity.done_at
        self.changes |= {"summary": summary, "result": result, "done_at": moment}
