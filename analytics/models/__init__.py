from analytics.models.commission import (
    CountedMoney,
    CountedShare,
    MoneyToCount,
    PayMonth,
    Scheme,
    SchemeAssignment,
    SchemeRule,
    SchemeVersion,
    StalePay,
)
from analytics.models.kpi import KpiChoice, OwnIndicator
from analytics.models.plans import SalesPlan

__all__ = [
    "CountedMoney",
    "CountedShare",
    "KpiChoice",
    "MoneyToCount",
    "OwnIndicator",
    "PayMonth",
    "SalesPlan",
    "Scheme",
    "SchemeAssignment",
    "SchemeRule",
    "SchemeVersion",
    "StalePay",
]
