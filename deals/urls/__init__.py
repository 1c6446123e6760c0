"""Addresses of deals, papers and money, one module a subject."""

from deals.urls import board, deals, handovers, inquiries, money, papers, team

app_name = "deals"
urlpatterns = [
    *deals.urlpatterns,
    *board.urlpatterns,
    *papers.urlpatterns,
    *money.urlpatterns,
    *inquiries.urlpatterns,
    *handovers.urlpatterns,
    *team.urlpatterns,
]
