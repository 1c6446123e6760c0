"""What the outbox tells those above it."""

from django.dispatch import Signal

# A person had a failed letter sent again, told inside the transaction: letter, by, at. The journal answers.
sent_again = Signal()

# An administrator set up a mail server or a key: verb, row (None for the whole product), by, at. The journal answers.
set_up = Signal()

# A mail server refused the address of a letter for good: letter, answer.
recipient_refused = Signal()
