from pipeline.models.norm import Norm
from pipeline.models.performer import PerformerRule
from pipeline.models.plan import (
    Absence,
    CalendarFeed,
    Occurrence,
    Series,
    WorkingHours,
)
from pipeline.models.process import (
    Process,
    Stage,
    StageActivity,
    StageCheck,
)

__all__ = [
    "Absence",
    "CalendarFeed",
    "Norm",
    "Occurrence",
    "PerformerRule",
    "Process",
    "Series",
    "Stage",
    "StageActivity",
    "StageCheck",
    "WorkingHours",
]
