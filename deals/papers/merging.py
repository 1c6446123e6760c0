"""Merge fields and conditions of templates: a language that reads mappings only, with limits on loops and output.

What a person typed is a text to be filled, never code; what is filled in is escaped.
"""

import re
from collections.abc import Mapping
from functools import cache, wraps
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.papers.cleaning import clean_html
from salesexpert.core.errors import DomainError

# Fields that an editor is offered: path → what it is.
FIELDS: dict[str, Any] = {
    "document.number": gettext_lazy("number of the paper"),
    "document.date": gettext_lazy("date, in figures"),
    "document.date_words": gettext_lazy("date, in words"),
    "seller.name": gettext_lazy("our firm"),
    "seller.full_name": gettext_lazy("our firm, in full"),
    "seller.director_genitive": gettext_lazy("our firm is represented by"),
    "seller.director_basis": gettext_lazy("acting on the basis of"),
    "seller.director": gettext_lazy("our head"),
    "seller.director_position": gettext_lazy("position of our head"),
    "seller.inn": gettext_lazy("our INN"),
    "seller.kpp": gettext_lazy("our KPP"),
    "seller.address": gettext_lazy("our address"),
    "seller.phone": gettext_lazy("our phone"),
    "seller.email": gettext_lazy("our e-mail"),
    "buyer.name": gettext_lazy("client"),
    "buyer.full_name": gettext_lazy("client, in full"),
    "buyer.contact": gettext_lazy("contact person"),
    "buyer.inn": gettext_lazy("client's INN"),
    "buyer.kpp": gettext_lazy("client's KPP"),
    "buyer.address": gettext_lazy("client's address"),
    "contract.number": gettext_lazy("number of the contract"),
    "contract.date_words": gettext_lazy("date of the contract"),
    "contract.ends": gettext_lazy("last day of the contract"),
    "contract.subject": gettext_lazy("subject of the contract"),
    "deal.title": gettext_lazy("deal"),
    "offer.valid_until": gettext_lazy("offer is valid until"),
    "offer.terms": gettext_lazy("terms of the offer"),
    "invoice.number": gettext_lazy("number of the invoice"),
    "invoice.date_words": gettext_lazy("date of the invoice"),
    "invoice.due": gettext_lazy("pay by"),
    "invoice.basis": gettext_lazy("ground of the invoice"),
    "totals.total": gettext_lazy("sum"),
    "totals.words": gettext_lazy("sum in words"),
    "totals.vat_sentence": gettext_lazy("VAT in it, in words"),
    "totals.vat": gettext_lazy("VAT in it"),
    "totals.count": gettext_lazy("number of lines"),
    "currency.sign": gettext_lazy("currency"),
    "responsible.name": gettext_lazy("who made the paper"),
    "responsible.phone": gettext_lazy("his phone"),
    "responsible.email": gettext_lazy("his e-mail"),
}
# What may also be asked for, though it is not offered.
_ROOTS = {
    "document", "seller", "buyer", "contract", "deal", "offer", "invoice", "delivery",
    "responsible", "lines", "totals", "currency", "payment", "forloop",
}  # fmt: skip
_LONGEST = 100_000
_MOST_TURNS = 2_000
_LARGEST = 10**18


class BadTemplate(DomainError):
    """The sentence says what and where."""


@cache
def environment(*, escape: bool = True) -> Any:
    """The language that everything made of templates is filled by; what is filled in is escaped for HTML."""
    # Here, not above: pages that show no paper need no template language.
    from liquid import Environment

    _limit_ranges()
    _hold_empty_for_nothing()

    class Limited(Environment):
        loop_iteration_limit = _MOST_TURNS
        output_stream_limit = 500_000
        context_depth_limit = 10
        local_namespace_limit = 100_000

    made = Limited(autoescape=escape)
    made.filters = {name: _measured(deed) for name, deed in made.filters.items()}
    return made


def _measured(deed: Any) -> Any:
    """A filter that refuses numbers of which each further product would take longer."""
    from liquid.exceptions import FilterArgumentError

    @wraps(deed)
    def filtered(value: Any, *args: Any, **kwargs: Any) -> Any:
        if any(isinstance(one, int) and abs(one) > _LARGEST for one in (value, *args)):
            raise FilterArgumentError("a number is too large", token=None)
        return deed(value, *args, **kwargs)

    return filtered


@cache
def _limit_ranges() -> None:
    """The limits count turns of loops; (1..1000000000) as a list or in a filter would be walked to its end all the same."""
    from liquid.builtin.expressions.primitive import RangeLiteral
    from liquid.exceptions import LoopIterationLimitError

    make = RangeLiteral._make_range

    def made(self: Any, start: Any, stop: Any) -> range:
        found = make(self, start, stop)
        if found.stop - found.start > _MOST_TURNS:
            raise LoopIterationLimitError("a range is too long", token=self.token)
        return found

    RangeLiteral._make_range = made  # type: ignore[method-assign]


@cache
def _hold_empty_for_nothing() -> None:
    """`{% if client.city %}` asks whether a city is filled in; to Liquid itself an empty text is as true as any."""
    from liquid.builtin.expressions import logical

    is_truthy = logical.is_truthy
    logical.is_truthy = lambda said: is_truthy(said) and (not isinstance(said, str) or bool(said.strip()))  # type: ignore[assignment]  # fmt: skip


# What the language says of a broken text, and how we say it.
_SAID = (
    (re.compile(r"expected tag '?(\w+)"), gettext_lazy("{%% %s %%} is missing")),
    (re.compile(r"unexpected tag '(\w+)'"), gettext_lazy("{%% %s %%} means nothing here")),
    (re.compile(r"expected '([^']+)', found"), gettext_lazy("“%s” is missing")),
    (re.compile(r"expected end of expression, found '(.+)'"), gettext_lazy("“%s” is not understood")),
    (re.compile(r"unknown filter '?(\w+)"), gettext_lazy("there is no filter “%s”")),
    (re.compile(r"(missing expression|expected a primitive expression)"), gettext_lazy("something is missing between the braces")),
)  # fmt: skip


def said_of(error: Exception) -> str:
    """What is wrong with a text, in the reader's language as far as we know the words."""
    words = (str(error).splitlines() or [""])[0][:200]
    for pattern, ours in _SAID:
        if found := pattern.search(words):
            return str(ours) % found[1] if "%s" in str(ours) else str(ours)
    return words


def check(text: str) -> None:
    """Raise BadTemplate when a text cannot be filled: broken braces, or a field that no paper has."""
    from liquid.exceptions import LiquidError

    if len(text) > _LONGEST:
        raise BadTemplate(_("The text is too long."))
    try:
        template = environment().from_string(text)
        asked = template.analyze(include_partials=False)
    except LiquidError as error:
        line = getattr(error, "lineno", None) or 1
        raise BadTemplate(
            _("The merge fields are broken in line %(line)s: %(what)s")
            % {"line": line, "what": said_of(error)}
        ) from error
    for name in sorted(asked.globals):
        if name not in _ROOTS:
            raise BadTemplate(_("No paper has the field “%s”.") % name)


def fill(text: str, values: Mapping[str, Any]) -> str:
    """The text with its fields filled in, escaped, and cleaned of what has no place on paper. Raises BadTemplate."""
    from liquid.exceptions import LiquidError

    if "{" not in text:
        return clean_html(text)
    try:
        return clean_html(environment().from_string(text).render(**values))
    except LiquidError as error:
        raise BadTemplate(
            _("A merge field could not be filled: %s") % said_of(error)
        ) from error  # fmt: skip


def holds(condition: str, values: Mapping[str, Any]) -> bool:
    """Whether a block is printed: “contract.number” (is given), “totals.count != '0'”. Empty: always."""
    if not condition.strip():
        return True
    asked = condition.strip()
    if asked.replace(".", "").replace("_", "").isalnum():
        asked = f"{asked} != blank and {asked} != false"
    return fill(f"{{% if {asked} %}}y{{% endif %}}", values) == "y"


def check_condition(condition: str) -> None:
    if "%}" in condition or "{" in condition:
        raise BadTemplate(
            _("A condition needs no braces: “contract.number” is enough.")
        )
    if condition.strip():
        check(f"{{% if {condition.strip()} %}}y{{% endif %}}")
