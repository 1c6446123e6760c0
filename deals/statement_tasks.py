"""What the worker does for long bank statements: rings with an id, may ring twice."""

from celery import shared_task

from deals.bank import booking


@shared_task(acks_late=True, ignore_result=True)
def book_statement(*, booking_id: int) -> None:
    """Book lines of a long statement one shift long; what remains is rung for again."""
    if not booking.run(booking_id):
        book_statement.delay(booking_id=booking_id)
