"""Time zones that a person chooses from."""

import zoneinfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

RUSSIAN = (
    ("Europe/Kaliningrad", _("Kaliningrad, UTC+2")),
    ("Europe/Moscow", _("Moscow, UTC+3")),
    ("Europe/Samara", _("Samara, UTC+4")),
    ("Asia/Yekaterinburg", _("Yekaterinburg, UTC+5")),
    ("Asia/Omsk", _("Omsk, UTC+6")),
    ("Asia/Novosibirsk", _("Novosibirsk, UTC+7")),
    ("Asia/Irkutsk", _("Irkutsk, UTC+8")),
    ("Asia/Yakutsk", _("Yakutsk, UTC+9")),
    ("Asia/Vladivostok", _("Vladivostok, UTC+10")),
    ("Asia/Magadan", _("Magadan, UTC+11")),
    ("Asia/Kamchatka", _("Kamchatka, UTC+12")),
)


def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """The zone of this name; one that nobody knows any more is the company's."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)


def choices(current: str = "") -> list[tuple[str, object]]:
    """Russian zones by their city, then those of Europe and Asia by name; the one in use is always among them."""
    known = {name for name, label in RUSSIAN}
    others = sorted(
        name
        for name in zoneinfo.available_timezones()
        if name.startswith(("Europe/", "Asia/")) and name not in known
    )
    found: list[tuple[str, object]] = [
        (str(_("Russia")), list(RUSSIAN)),
        (str(_("Other")), [(name, name) for name in ["UTC", *others]]),
    ]
    if current and current not in known and current not in {"UTC", *others}:
        found.append(("", [(current, current)]))
    return found
