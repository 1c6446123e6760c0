"""Merge fields of letters: which there are, whether a template asks for none but these, filling it in.

The language is that of papers (`deals.papers.merging`): it reads mappings only, its loops and its output are limited.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.papers.merging import BadTemplate, environment, said_of
from mailing.cleaning import clean_letter

# Path → what it is; the editor offers them in this order.
FIELDS: dict[str, Any] = {
    "contact.dear": gettext_lazy("form of address: “Dear Anna Petrovna”"),
    "contact.first_name": gettext_lazy("first name of the contact person"),
    "contact.patronymic": gettext_lazy("patronymic of the contact person"),
    "contact.last_name": gettext_lazy("last name of the contact person"),
    "contact.name": gettext_lazy("name of the contact person in full"),
    "contact.position": gettext_lazy("position of the contact person"),
    "client.name": gettext_lazy("client"),
    "client.city": gettext_lazy("city of the client"),
    "client.region": gettext_lazy("region of the client"),
    "client.industry": gettext_lazy("industry of the client"),
    "client.relationship": gettext_lazy("relationship with the client"),
    "client.inn": gettext_lazy("client's INN"),
    "deal.title": gettext_lazy("deal"),
    "deal.stage": gettext_lazy("stage of the deal"),
    "deal.amount": gettext_lazy("sum of the deal"),
    "paper.title": gettext_lazy("paper that is enclosed"),
    "manager.name": gettext_lazy("name of the manager"),
    "manager.job_title": gettext_lazy("job title of the manager"),
    "manager.phone": gettext_lazy("phone of the manager"),
    "manager.email": gettext_lazy("e-mail of the manager"),
    "company.name": gettext_lazy("our company"),
    "company.phone": gettext_lazy("our phone"),
    "company.email": gettext_lazy("our e-mail"),
    "company.site": gettext_lazy("our site"),
    "company.address": gettext_lazy("our address"),
    "today": gettext_lazy("today's date"),
}
_ROOTS = {path.partition(".")[0] for path in FIELDS}
LONGEST = 100_000


def check(text: str) -> None:
    """Raise BadTemplate when a text cannot be filled: broken braces, an unknown field, a loop without end."""
    from liquid.exceptions import LiquidError

    if len(text) > LONGEST:
        raise BadTemplate(_("The text is too long."))
    if "{" not in text:
        return
    try:
        asked = environment().from_string(text).analyze(include_partials=False)
    except LiquidError as error:
        raise BadTemplate(
            _("The merge fields are broken in line %(line)s: %(what)s")
            % {
                "line": text.count("\n", 0, _place(error)) + 1,
                "what": said_of(error),
            }
        ) from error
    except RecursionError as error:
        raise BadTemplate(_("The conditions are nested too deep.")) from error
    for name, places in sorted(asked.globals.items()):
        for variable in places:
            path = ".".join(str(segment) for segment in variable.segments)
            if name not in _ROOTS or (path not in FIELDS and path not in _ROOTS):
                line = text.count("\n", 0, max(0, variable.span.index)) + 1
                raise BadTemplate(
                    _("Line %(line)s asks for the field “%(field)s”: a letter has no such field.")
                    % {"line": line, "field": path[:80]}
                )  # fmt: skip


def _place(error: Any) -> int:
    token = getattr(error, "token", None)
    return max(0, getattr(token, "start_index", 0) or 0)


class Filled:
    """A text read once and filled for many. Raises BadTemplate, as filling does."""

    def __init__(self, text: str, *, html: bool) -> None:
        from liquid.exceptions import LiquidError

        self.html, self.text, self.template = html, text, None
        if "{" in text:
            try:
                self.template = environment(escape=html).from_string(text)
            except LiquidError as error:
                raise BadTemplate(_said(error)) from error

    def fill(self, values: Mapping[str, Any]) -> str:
        """With its fields filled in: escaped and cleaned as HTML, as it is as plain text."""
        from liquid.exceptions import LiquidError

        if self.template is None:
            return clean_letter(self.text) if self.html else self.text
        try:
            made = self.template.render(**values)
        except LiquidError as error:
            raise BadTemplate(_said(error)) from error
        return clean_letter(made) if self.html else made


def fill(text: str, values: Mapping[str, Any], *, html: bool) -> str:
    return Filled(text, html=html).fill(values)


def _said(error: Exception) -> str:
    from liquid.exceptions import ResourceLimitError

    if isinstance(error, ResourceLimitError):
        return _("The template would never end or grow too large: look at its loops.")
    return _("A merge field could not be filled: %s") % said_of(error)
