"""What accounts tell those above them."""

from django.dispatch import Signal

# A deed for the journal, told inside its transaction: verb, subject, by, at, detail. Audit stands above and answers.
deed_done = Signal()
