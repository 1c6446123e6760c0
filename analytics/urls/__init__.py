from analytics.urls import campaigns, figures, pay, queries, reports

app_name = "analytics"
urlpatterns = [
    *campaigns.urlpatterns,
    *figures.urlpatterns,
    *reports.urlpatterns,
    *pay.urlpatterns,
    *queries.urlpatterns,
]
