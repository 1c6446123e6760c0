"""What deals tell those above them. Sent in the transaction of the deed, after its rows are written."""

from django.dispatch import Signal

# `invoices`: ids whose payments changed; `cause`: the refund or correction that took money off them, or None.
payments_laid = Signal()
# `deal`: its id; it was won, or a won one was taken up again. `at`: the moment.
deal_ended = Signal()
