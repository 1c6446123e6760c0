from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class VersionState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("version of a scheme", "draft")
    ACTIVE = "active", pgettext_lazy("version of a scheme", "in force")


class RuleKind(models.TextChoices):
    FIXED = "fixed", _("fixed part")
    PERCENT = "percent", pgettext_lazy("rule of pay", "percent")
    PIECE = "piece", _("piece rate")
    BONUS = "bonus", _("bonus")


class RuleBase(models.TextChoices):
    RECEIPTS = "receipts", _("of payments received")
    MARGIN = "margin", _("of the margin in payments received")
    REVENUE = "revenue", _("of the revenue of won deals")


class RuleClients(models.TextChoices):
    ANY = "any", _("all clients")
    NEW = "new", _("new clients only")
    REGULAR = "regular", _("regular clients only")


class Every(models.TextChoices):
    MONTH = "month", _("every month")
    QUARTER = "quarter", _("every quarter")


class BonusMeasure(models.TextChoices):
    """What a bonus is for. Plans and KPI are percents of fulfilment, the others are counts."""

    PLAN_TURNOVER = "plan_turnover", _("fulfilment of the plan of turnover, %")
    PLAN_MARGIN = "plan_margin", _("fulfilment of the plan of margin, %")
    PLAN_PAYMENTS = "plan_payments", _("fulfilment of the plan of payments, %")
    PLAN_WON = "plan_won", _("fulfilment of the plan of won deals, %")
    PLAN_CONTACTS = "plan_contacts", _("fulfilment of the plan of contacts, %")
    KPI = "kpi", _("KPI of the role by their weights, %")
    NEW_CLIENTS = "new_clients", _("new clients")
    WON = "won", _("won deals")
    CONTACTS = "contacts", _("contacts")


class PayState(models.TextChoices):
    OPEN = "open", pgettext_lazy("month of pay", "being earned")
    APPROVED = "approved", pgettext_lazy("month of pay", "approved")
    CLOSED = "closed", pgettext_lazy("month of pay", "closed")


class Counted(models.TextChoices):
    RECEIPT = "receipt", _("payment")
    BACK = "back", pgettext_lazy("money", "taken back")
    WIN = "win", _("won deal")
    REOPENED = "reopened", _("won deal reopened")


class PlanSpan(models.TextChoices):
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


class PlanMeasure(models.TextChoices):
    TURNOVER = "turnover", _("turnover")
    MARGIN = "margin", _("margin")
    PAYMENTS = "payments", pgettext_lazy("sales plan", "payments")
    WON = "won", _("won deals")
    CONTACTS = "contacts", _("contacts")


class Good(models.TextChoices):
    MORE = "more", _("more is better")
    LESS = "less", _("less is better")


class Unit(models.TextChoices):
    NUMBER = "number", pgettext_lazy("unit of an indicator", "number")
    PERCENT = "percent", pgettext_lazy("unit of an indicator", "percent")
    MONEY = "money", pgettext_lazy("unit of an indicator", "money")
    DAYS = "days", pgettext_lazy("unit of an indicator", "days")


class Rhythm(models.TextChoices):
    DAY = "day", pgettext_lazy("how often", "every day")
    WORKDAY = "workday", pgettext_lazy("how often", "every working day")
    WEEK = "week", pgettext_lazy("how often", "every week")
    MONTH = "month", pgettext_lazy("how often", "every month")


class Files(models.TextChoices):
    XLSX = "xlsx", "Excel (XLSX)"
    PDF = "pdf", "PDF"
