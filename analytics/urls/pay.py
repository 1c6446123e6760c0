from django.urls import path

from analytics.views import earned, kpi, plans, plans_grid, schemes

urlpatterns = [
    path("earned/", earned.page, name="earned"),
    path("earned/why/", earned.why, name="earned_why"),
    path("earned/figure/", earned.figure, name="earned_figure"),
    path("earned/team/", earned.team, name="earned_team"),
    path("earned/team/close/", earned.close_all, name="earned_close_all"),
    path("earned/<int:pk>/approve/", earned.approve, name="earned_approve"),
    path("earned/<int:pk>/close/", earned.close, name="earned_close"),
    path("analytics/schemes/", schemes.scheme_list, name="schemes"),
    path("analytics/schemes/new/", schemes.scheme_new, name="scheme_new"),
    path("analytics/schemes/assign/", schemes.assign, name="scheme_assign"),
    path("analytics/schemes/<int:pk>/", schemes.scheme, name="scheme"),
    path("analytics/schemes/<int:pk>/draft/", schemes.draft, name="scheme_draft"),
    path("analytics/schemes/<int:pk>/retire/", schemes.retire, name="scheme_retire"),
    path("analytics/schemes/versions/<int:pk>/", schemes.version, name="scheme_version"),
    path("analytics/schemes/versions/<int:pk>/publish/", schemes.publish, name="scheme_publish"),
    path("analytics/schemes/versions/<int:pk>/trial/", schemes.trial, name="scheme_trial"),
    path("analytics/plans/", plans.page, name="plans"),
    path("analytics/plans/mine/", plans.mine, name="plans_mine"),
    path("analytics/plans/set/", plans_grid.grid, name="plans_grid"),
    path("analytics/kpi/", kpi.page, name="kpi"),
    path("analytics/kpi/roles/<int:pk>/", kpi.role, name="kpi_role"),
    path("analytics/kpi/indicators/new/", kpi.indicator, name="indicator_new"),
    path("analytics/kpi/indicators/<int:pk>/", kpi.indicator, name="indicator"),
    path("analytics/kpi/indicators/<int:pk>/retire/", kpi.indicator_retire, name="indicator_retire"),
]  # fmt: skip
