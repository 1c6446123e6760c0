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
from analytics.models.queries import (
    FavouriteQuery,
    QueryRun,
    RunState,
    SavedQuery,
    SavedQueryVersion,
)
from analytics.models.rankings import TeamRanking
from analytics.models.rollups import (
    ChangedDeal,
    ChangedPrice,
    ContactDay,
    DayChange,
    FunnelChange,
    FunnelDeal,
    FunnelMonth,
    MoneyChange,
    MoneyDay,
    PersonDay,
    PriceMonth,
)
from analytics.models.sendings import IndicatorAlarm, ReportSending

__all__ = [
    "ChangedDeal",
    "ChangedPrice",
    "ContactDay",
    "CountedMoney",
    "CountedShare",
    "DayChange",
    "FavouriteQuery",
    "FunnelChange",
    "FunnelDeal",
    "FunnelMonth",
    "IndicatorAlarm",
    "IndicatorLimit",
    "KpiChoice",
    "MoneyChange",
    "MoneyDay",
    "MoneyToCount",
    "OwnIndicator",
    "PayMonth",
    "PersonDay",
    "PriceMonth",
    "QueryRun",
    "ReportSending",
    "RunState",
    "SalesPlan",
    "SavedQuery",
    "SavedQueryVersion",
    "Scheme",
    "SchemeAssignment",
    "SchemeRule",
    "SchemeVersion",
    "StalePay",
    "TeamRanking",
]
