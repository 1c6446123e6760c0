from django.urls import path

from deals.views import catalogue, firms

urlpatterns = [
    path("settings/firms/", firms.firms, name="firms"),
    path("settings/firms/new/", firms.firm, name="firm_new"),
    path("settings/firms/<int:pk>/", firms.firm, name="firm"),
    path("settings/firms/<int:pk>/retire/", firms.firm_retire, name="firm_retire"),
    path("settings/firms/<int:pk>/<slug:which>.png", firms.picture, name="firm_picture"),
    path("settings/firms/<int:firm_pk>/accounts/new/", firms.account, name="account_new"),
    path("settings/firms/<int:firm_pk>/accounts/<int:pk>/", firms.account, name="account"),
    path("settings/firms/<int:firm_pk>/accounts/<int:pk>/retire/", firms.account_retire, name="account_retire"),
    path("settings/vat/new/", firms.rate, name="rate_new"),
    path("settings/vat/<int:pk>/", firms.rate, name="rate"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/new/", catalogue.product_new, name="product_new"),
    path("catalogue/<int:pk>/", catalogue.product, name="product"),
    path("catalogue/<int:pk>/price/", catalogue.price, name="product_price"),
]  # fmt: skip
