"""Aggregates that the ORM lacks."""

from django.db.models import Aggregate, FloatField, Func, IntegerField


class Median(Aggregate):
    """The middle value; the mean of the two in the middle of an even number."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)%(filter)s"
    output_field = FloatField()


class DaysBetween(Func):
    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()
