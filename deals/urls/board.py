"""Settings that read the history of deals, the board, prices of competitors."""

from django.urls import path

from deals.views import norms, performers

urlpatterns = [
    path("settings/processes/<int:pk>/try/", performers.trial, name="performer_trial"),
    path("settings/norms/", norms.page, name="norms"),
    path("settings/norms/stages/<int:pk>/", norms.typed, name="norm_typed"),
    path("settings/norms/stages/<int:pk>/accept/", norms.accept, name="norm_accept"),
    path("settings/norms/stages/<int:pk>/decline/", norms.decline, name="norm_decline"),
    path("settings/norms/stages/<int:pk>/segment/", norms.segment_new, name="norm_segment"),
    path("settings/norms/<int:pk>/remove/", norms.remove, name="norm_remove"),
]  # fmt: skip
