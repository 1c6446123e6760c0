"""What a browser calls itself, in two words that its owner recognises."""

from django.utils.translation import gettext as _

# Order matters: Edge and Yandex say "Chrome" too, Chrome says "Safari", Android says "Linux".
BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def describe(user_agent: str) -> str:
    """“Chrome, Windows”; “Unknown device” for a program that says neither."""
    found = [
        next((name for mark, name in known if mark in user_agent), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or _("Unknown device")


def is_phone(user_agent: str) -> bool:
    return any(mark in user_agent for mark in ("Android", "iPhone", "Mobile"))
