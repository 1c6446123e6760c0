"""What the worker does for papers: rings with an id, may ring twice."""

from celery import shared_task


@shared_task(acks_late=True, ignore_result=True, soft_time_limit=120, time_limit=150)
def draw_document(*, document_id: int) -> None:
    # The library that draws is loaded by the worker alone.
    from deals.papers.drawing import draw

    draw(document_id)


@shared_task(ignore_result=True)
def ring_late_documents() -> None:
    """Papers whose first ring was lost, or whose worker never came back."""
    from deals.papers.drawing import late

    for document_id in late():
        draw_document.delay(document_id=document_id)
