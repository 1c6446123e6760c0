"""Fields of a deal that a stage may ask for before it is left."""

from salesexpert.core.registry import registry

# What the product fills by itself, or what a person cannot fill at a stage.
NEVER = frozenset(
    {
        "id", "process", "stage", "state", "percent", "closed_at", "opened_at", "entered_at", "due_at", "invoiced",
        "paid", "delivered", "debt", "days_overdue", "reason", "refusal_stage", "waits_until", "days_on_stage", "light",
        "client", "title", "performer", "margin", "currency", "priority", "outside_id",
    }
)  # fmt: skip


def askable() -> list[tuple[str, str]]:
    """Name and label of each field that deals have and people fill."""
    return [
        (field.name, str(field.label))
        for field in registry.fields("deal")
        if field.name not in NEVER and (field.importable or field.filterable)
    ]
