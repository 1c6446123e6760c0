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
from analytics.models.funnel_sums import (
    ChangedDeal,
    FunnelChange,
    FunnelDay,
    FunnelDeal,
    FunnelEight,
)
from analytics.models.kpi import KpiChoice, OwnIndicator
from analytics.models.limits import IndicatorLimit
from analytics.models.money_sums import (
    MoneyChange,
    MoneyDay,
    OwedChange,
    OwedDay,
    PayingChange,
    PayingDay,
    PlannedChange,
    PlannedDay,
)
from analytics.models.month_sums import (
    ChangedPrice,
    LadderChange,
    LadderMonth,
    PriceMonth,
    WorkChange,
    WorkMonth,
)
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
    ContactDay,
    DayChange,
    PersonDay,
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
    "FunnelDay",
    "FunnelDeal",
    "FunnelEight",
    "IndicatorAlarm",
    "IndicatorLimit",
    "KpiChoice",
    "LadderChange",
    "LadderMonth",
    "MoneyChange",
    "MoneyDay",
    "MoneyToCount",
    "OwedChange",
    "OwedDay",
    "OwnIndicator",
    "PayMonth",
    "PayingChange",
    "PayingDay",
    "PersonDay",
    "PlannedChange",
    "PlannedDay",
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
    "WorkChange",
    "WorkMonth",
]
