"""Settings that read the history of deals, the board, prices of competitors."""

from django.urls import path

from deals.views import board, competitors, norms, performers

urlpatterns = [
    path("deals/board/", board.page, name="board"),
    path("deals/board/column/<int:pk>/", board.column, name="board_column"),
    path("deals/board/<int:pk>/move/", board.move, name="board_move"),
    path("deals/board/<int:pk>/to/", board.choices, name="board_choices"),
    path("competitors/", competitors.page, name="competitors"),
    path("competitors/new/", competitors.new, name="competitor_price_new"),
    path("competitors/prices/<int:pk>/", competitors.change, name="competitor_price"),
    path("competitors/prices/<int:pk>/remove/", competitors.remove, name="competitor_price_remove"),
    path("settings/processes/<int:pk>/try/", performers.trial, name="performer_trial"),
    path("settings/norms/", norms.page, name="norms"),
    path("settings/norms/stages/<int:pk>/", norms.typed, name="norm_typed"),
    path("settings/norms/stages/<int:pk>/accept/", norms.accept, name="norm_accept"),
    path("settings/norms/stages/<int:pk>/decline/", norms.decline, name="norm_decline"),
    path("settings/norms/stages/<int:pk>/segment/", norms.segment_new, name="norm_segment"),
    path("settings/norms/<int:pk>/remove/", norms.remove, name="norm_remove"),
]  # fmt: skip
