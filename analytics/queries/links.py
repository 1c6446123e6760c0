"""Addresses of questions: the page that opens one, and the records behind each cell of its answer."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from analytics.queries import dividing
from analytics.queries.question import Question, pack
from analytics.queries.running import OTHERS, Answer
from analytics.queries.tables import Link


def to(
    name: str, question: Question, saved: int | str | None = None, **more: Any
) -> str:
    """The address of the page `name` about a question; `saved` is the kept one that it began as."""
    params: dict[str, Any] = {"q": pack(question)}
    if saved:
        params["saved"] = saved
    return f"{reverse(f'analytics:{name}')}?{urlencode(params | more)}"


def to_cells(question: Question, answer: Answer, saved: int | None = None) -> Link:
    """What gives the address of the records behind a cell, by the places of its row, column and measure."""
    base = to("query_records", question, saved)

    def link(row: int | None, column: int | None, measure: int) -> str:
        parts: list[tuple[str, str]] = []
        if row is not None and question.rows:
            key = answer.rows[row]
            parts += [("row", OTHERS if key == (OTHERS,) else dividing.key_text(k)) for k in key]  # fmt: skip
        if column is not None and question.columns:
            parts += [("col", dividing.key_text(k)) for k in answer.columns[column]]
        if question.measures[measure].kind == "reached":
            parts.append(("m", str(measure)))
        return f"{base}&{urlencode(parts)}" if parts else base

    return link
