from analytics.urls import campaigns, figures, pay, reports

app_name = "analytics"
urlpatterns = [
    *figures.urlpatterns,
    *campaigns.urlpatterns,
    *reports.urlpatterns,
    *pay.urlpatterns,
]
