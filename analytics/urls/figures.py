from django.urls import path

from analytics.views import below, limits, panel, person, ranking, work

urlpatterns = [
    path("analytics/", panel.panel, name="panel"),
    *(
        path(
            f"analytics/below/{name}/",
            below.below,
            {"name": name},
            name=f"below_{name}",
        )
        for name in below.PARTS
    ),
    path("analytics/columns/", panel.columns, name="columns"),
    path("analytics/limits/", limits.limits, name="limits"),
    path("analytics/ranking/", ranking.ranking, name="ranking"),
    path("analytics/ranking/settings/", ranking.settings, name="ranking_settings"),
    path("analytics/people/<int:pk>/", person.person, name="person"),
    path("analytics/overdue/", work.overdue, name="overdue"),
]
