class DomainError(Exception):
    """A refusal that a user can understand: `str(error)` is the sentence shown to him, already translated."""
