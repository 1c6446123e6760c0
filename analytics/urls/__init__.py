from analytics.urls import reports

app_name = "analytics"
urlpatterns = [*reports.urlpatterns]
