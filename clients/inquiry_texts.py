"""An inquiry in words: for the history, for cards and letters."""

from django.utils.translation import gettext as _

from clients.models import Inquiry


def summary(inquiry: Inquiry) -> str:
    """What came, with what is told of its origin: “Нужен насос. Форма «Расчёт», 8 495 …”."""
    facts = [
        str(inquiry.form) if inquiry.form else "",
        inquiry.name,
        ", ".join(inquiry.phones),
        ", ".join(inquiry.emails),
    ]
    told = ", ".join(filter(None, facts))
    text = inquiry.text or _("Turned to us: %(channel)s.") % {
        "channel": inquiry.get_channel_display()
    }
    return f"{text}\n{told}".strip()
