from pipeline.models.norm import Norm
from pipeline.models.performer import PerformerRule
from pipeline.models.process import (
    Process,
    Stage,
    StageActivity,
    StageCheck,
)

__all__ = [
    "Norm",
    "PerformerRule",
    "Process",
    "Stage",
    "StageActivity",
    "StageCheck",
]
