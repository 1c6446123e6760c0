"""Printed papers of personal data: what is held of a person, and the act of destruction."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from clients.models import Erasure
from clients.personal_choices import ErasureGround
from clients.preferences import OPERATOR_ADDRESS
from salesexpert.core import preferences

SYSTEM = "Sales Expert"
# What the act calls the categories of data; the counts of an erasure say which of them there were.
_CATEGORIES = (
    ("fields", "фамилия, имя, отчество и иные сведения карточки"),
    ("phones", "номера телефонов"),
    ("emails", "адреса электронной почты"),
    ("addresses", "адреса и сайты"),
    ("places", "место работы и должность"),
    ("texts_struck", "упоминания в записях о переговорах"),
    ("texts_blanked", "тексты записей о переговорах"),
    ("letters", "письма"),
    ("files", "файлы"),
    ("imports", "загруженные списки"),
    ("proofs", "копии согласий"),
    ("journal", "прежние значения в журнале изменений"),
)
# Grounds as the act words them, whatever the reader's language.
_GROUNDS = {
    ErasureGround.DEMAND: "требование субъекта персональных данных (ст. 14, ч. 5.1 ст. 21 152-ФЗ)",
    ErasureGround.WITHDRAWN: "отзыв согласия на обработку персональных данных (ч. 5 ст. 21 152-ФЗ)",
    ErasureGround.PURPOSE: "достижение цели обработки или утрата необходимости в ней (ч. 4 ст. 21 152-ФЗ)",
    ErasureGround.UNLAWFUL: "выявление неправомерной обработки (ч. 3 ст. 21 152-ФЗ)",
    ErasureGround.TERM: "истечение срока хранения (ч. 7 ст. 5 152-ФЗ)",
}


@dataclass(frozen=True, slots=True)
class Operator:
    name: str
    address: str


def operator() -> Operator:
    return Operator(
        name=preferences.get("company_name"), address=preferences.get(OPERATOR_ADDRESS)
    )


def pdf(page: str) -> bytes:
    """A page as PDF. It may ask for nothing outside itself."""
    # Half a second and thirty megabytes: only a worker that prints loads it.
    from weasyprint import HTML

    return bytes(HTML(string=page, url_fetcher=_nothing).write_pdf())


def _nothing(url: str, *args: Any, **kwargs: Any) -> Any:
    raise ValueError(f"A printed page asks for {url}")


def act_context(erasure: Erasure) -> dict[str, Any]:
    """The act names the subject by the number of his record: that is all that is left of him."""
    with translation.override("ru"):
        return {
            "erasure": erasure,
            "operator": operator(),
            "system": SYSTEM,
            "subject": f"{'К' if erasure.contact_id else 'Ф'}-{erasure.contact_id or erasure.client_id}",
            "categories": [
                text for name, text in _CATEGORIES if erasure.counts.get(name)
            ],
            "ground": _GROUNDS[ErasureGround(erasure.ground)],
        }


def act_pdf(erasure: Erasure) -> bytes:
    with translation.override("ru"):
        return pdf(render_to_string("clients/erasure_act.html", act_context(erasure)))
