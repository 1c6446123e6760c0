from django.urls import path

from clients.views import card_layout, own_fields

urlpatterns = [
    path("settings/fields/", own_fields.field_list, name="own_fields"),
    path("settings/fields/new/", own_fields.field_edit, name="own_field_new"),
    path("settings/fields/order/", own_fields.field_order, name="own_field_order"),
    path("settings/fields/<int:pk>/", own_fields.field_edit, name="own_field"),
    path("settings/fields/<int:pk>/<slug:deed>/", own_fields.field_state, name="own_field_state"),
    path("settings/fields/blocks/<int:pk>/", own_fields.block_edit, name="own_block"),
    path("settings/card/", card_layout.card_layout, name="card_layout"),
    path("settings/card/reset/", card_layout.card_layout_reset, name="card_layout_reset"),
    path("settings/card/preview/", card_layout.card_layout_preview, name="card_layout_preview"),
]  # fmt: skip
