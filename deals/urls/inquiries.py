from django.urls import path

from deals.views import inquiries

urlpatterns = [
    path("inquiries/<int:pk>/deal/", inquiries.inquiry_convert, name="inquiry_convert"),
    path("inquiries/results/", inquiries.inquiry_report, name="inquiry_report"),
]
