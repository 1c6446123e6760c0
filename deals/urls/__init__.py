"""Addresses of deals, papers and money, one module a subject."""

from deals.urls import papers

app_name = "deals"
urlpatterns = [
    *papers.urlpatterns,
]
