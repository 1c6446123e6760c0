from django.urls import path

from analytics.views import campaigns

urlpatterns = [
    path("campaigns/", campaigns.campaign_list, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/<int:pk>/", campaigns.campaign, name="campaign"),
    path("campaigns/<int:pk>/edit/", campaigns.campaign_edit, name="campaign_edit"),
    path("campaigns/<int:pk>/costs/new/", campaigns.cost_new, name="campaign_cost_new"),
    path("campaigns/costs/<int:pk>/", campaigns.cost_edit, name="campaign_cost"),
    path("campaigns/costs/<int:pk>/remove/", campaigns.cost_remove, name="campaign_cost_remove"),
    path("campaigns/<int:pk>/files/", campaigns.file_new, name="campaign_file_new"),
    path("campaigns/files/<int:pk>/", campaigns.file, name="campaign_file"),
    path("campaigns/files/<int:pk>/remove/", campaigns.file_remove, name="campaign_file_remove"),
]  # fmt: skip
