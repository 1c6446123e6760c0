"""How large each demo base is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Numbers of rows; `activities` counts planned, done and internal ones alike. The rest of the users are not sellers."""

    name: str
    clients: int
    activities: int
    users: int
    sellers: int
    deals: int
    open_deals: int


SCALES = {
    scale.name: scale
    for scale in (
        Scale("tiny", 200, 2_000, 12, 3, 400, 60),
        Scale("small", 5_000, 50_000, 20, 10, 10_000, 500),
        Scale("medium", 100_000, 1_000_000, 60, 50, 200_000, 5_400),
        Scale("large", 1_000_000, 10_000_000, 200, 184, 2_000_000, 20_000),
    )
}
