"""What a company asks of its cards until it says otherwise: rules of completeness, days without a contact, results that
mean interest."""

from typing import Any

from clients.choices import Ladder

# code: weights at Cold, Potential, Current, Regular; 0: not asked there
RULES: dict[str, tuple[int, int, int, int]] = {
    "phones": (3, 3, 3, 3),
    "contacts": (2, 3, 3, 3),
    "industry": (2, 2, 2, 2),
    "region": (2, 2, 2, 2),
    "city": (1, 1, 1, 1),
    "emails": (1, 1, 2, 2),
    "initiative": (1, 1, 1, 1),
    "source": (1, 2, 2, 2),
    "trigger_event": (0, 1, 1, 1),
    "interest": (0, 2, 0, 0),
    "products_of_interest": (0, 3, 2, 2),
    "true_need": (0, 3, 3, 3),
    "decides": (0, 2, 2, 2),
    "inn": (0, 0, 3, 3),
    "next_step": (0, 3, 2, 2),
    "silent": (0, 3, 0, 3),
    "summaries": (0, 1, 1, 1),
    "stale": (0, 0, 1, 1),
}
REQUIRED = {
    "industry": {Ladder.POTENTIAL, Ladder.CURRENT, Ladder.REGULAR},
    "source": {Ladder.POTENTIAL, Ladder.CURRENT, Ladder.REGULAR},
    "inn": {Ladder.CURRENT, Ladder.REGULAR},
}
THRESHOLDS = {"summaries": 10, "stale": 180}
CONTACT_DAYS = {Ladder.POTENTIAL: 30, Ladder.REGULAR: 30}
SHOW_INTEREST = ("Выявлен интерес", "Понравилось")


def load(apps: Any) -> None:
    """Give the steps of the ladder their rules. `apps` is Django's registry, or a migration's historical one."""

    def get(name: str) -> Any:
        return apps.get_model("clients", name)

    policy, rule = get("RelationshipPolicy"), get("CompletenessRule")
    for step in get("RelationshipType").objects.order_by("step", "position"):
        policy.objects.create(
            relationship=step, contact_days=CONTACT_DAYS.get(Ladder(step.step))
        )
        rule.objects.bulk_create(
            rule(
                relationship=step,
                code=code,
                weight=weights[step.step - 1],
                is_required=step.step in REQUIRED.get(code, ()),
                threshold=THRESHOLDS.get(code),
            )
            for code, weights in RULES.items()
            if weights[step.step - 1]
        )
    get("ActivityResult").objects.filter(name__in=SHOW_INTEREST).update(
        shows_interest=True
    )
