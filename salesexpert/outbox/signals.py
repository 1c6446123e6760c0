"""What the outbox tells those above it."""

from django.dispatch import Signal

# A person had a failed letter sent again, told inside the transaction: letter, by, at. The journal answers.
sent_again = Signal()
