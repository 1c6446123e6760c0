"""The company's time zone: norms and terms of deals do not depend on who moves them from where."""

from zoneinfo import ZoneInfo

from salesexpert.core import preferences


def company_zone() -> ZoneInfo:
    return ZoneInfo(preferences.get("default_time_zone"))
