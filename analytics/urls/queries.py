from django.urls import path

from analytics.views import queries, query_answers, saved_queries, tiles

urlpatterns = [
    path("analytics/queries/", saved_queries.index, name="queries"),
    path("analytics/queries/new/", queries.new, name="query_new"),
    path("analytics/queries/change/", queries.change, name="query_change"),
    path("analytics/queries/pick/", queries.pick, name="query_pick"),
    path("analytics/queries/answer/", query_answers.answer, name="query_answer"),
    path("analytics/queries/next/", query_answers.look_next, name="query_next"),
    path("analytics/queries/records/", query_answers.records, name="query_records"),
    path("analytics/queries/save/", saved_queries.save, name="query_save"),
    path("analytics/queries/freeze/", saved_queries.freeze, name="query_freeze"),
    path("analytics/queries/background/", saved_queries.background, name="query_background"),
    path("analytics/queries/runs/<int:pk>/", saved_queries.run, name="query_run"),
    path("analytics/queries/tiles/", tiles.all_of_mine, name="query_tiles"),
    path("analytics/queries/<int:pk>/tile/", tiles.one, name="query_tile"),
    path("analytics/queries/<int:pk>/pin/", tiles.pin, name="query_pin"),
    path("analytics/queries/<int:pk>/", queries.saved, name="query"),
    path("analytics/queries/<int:pk>/favourite/", saved_queries.favourite, name="query_favourite"),
    path("analytics/queries/<int:pk>/remove/", saved_queries.remove, name="query_remove"),
    path("analytics/queries/<int:pk>/restore/", saved_queries.restore, name="query_restore"),
    path("analytics/queries/<int:pk>/versions/", saved_queries.versions, name="query_versions"),
]  # fmt: skip
