from analytics.urls import figures, pay, reports

app_name = "analytics"
urlpatterns = [*figures.urlpatterns, *reports.urlpatterns, *pay.urlpatterns]
