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
from analytics.models.limits import IndicatorLimit
from analytics.models.plans import SalesPlan
from analytics.models.rollups import ChangedDay, ContactDay, PersonDay

__all__ = [
    "ChangedDay",
    "ContactDay",
    "CountedMoney",
    "CountedShare",
    "IndicatorLimit",
    "KpiChoice",
    "MoneyToCount",
    "OwnIndicator",
    "PayMonth",
    "PersonDay",
    "SalesPlan",
    "Scheme",
    "SchemeAssignment",
    "SchemeRule",
    "SchemeVersion",
    "StalePay",
]
