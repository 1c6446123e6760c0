"""What the worker does for papers and handovers: rings with an id, may ring twice."""

from celery import shared_task

from deals.handing import running as handing
from deals.papers import drawing


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=120, time_limit=150)
def draw_document(*, document_id: int) -> None:
    drawing.draw(document_id)


@shared_task(ignore_result=True)
def ring_late_documents() -> None:
    """Papers whose first ring was lost, or whose worker never came back."""
    for document_id in drawing.late():
        draw_document.delay(document_id=document_id)


@shared_task(acks_late=True, ignore_result=True)
def run_handover(*, handover_id: int) -> None:
    """Move what was handed over one shift long; what remains is rung for again."""
    if not handing.run(handover_id):
        run_handover.delay(handover_id=handover_id)
