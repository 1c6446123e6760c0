"""What a deal says in the company's own fields, as its page shows it."""

from typing import Any

from clients import own_fields
from deals.models import Deal
from salesexpert.accounts.models import User


def of_deal(deal: Deal, user: User) -> dict[str, Any]:
    """`blocks` are (heading, [(name of the field, label, words)]), an empty value among them. No query where there is no
    such field.
    """
    fields = own_fields.book().of("deal")
    values = own_fields.state_of("deal", deal) if fields else {}
    lines: dict[int | None, list[tuple[str, str, str]]] = {}
    for field in fields:
        said = own_fields.words(field.pk, values.get(f"{own_fields.STATE}:{field.pk}"))
        line = (f"{own_fields.PREFIX}{field.pk}", str(field), said)
        lines.setdefault(field.block_id, []).append(line)
    headings = [(None, ""), *((b.pk, str(b)) for b in own_fields.book().blocks)]
    return {"blocks": [(text, lines[pk]) for pk, text in headings if pk in lines]}
