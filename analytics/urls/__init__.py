from analytics.urls import pay, reports

app_name = "analytics"
urlpatterns = [*reports.urlpatterns, *pay.urlpatterns]
