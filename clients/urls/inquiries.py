"""Inquiries: the inbox, one inquiry, writing down, forms of sites and the rules by which they are given."""

from django.urls import path

from clients.views import (
    inquiries,
    inquiry_bulk,
    inquiry_entry,
    inquiry_pages,
    intake,
    site_forms,
)

urlpatterns = [
    path("inquiries/", inquiries.inquiry_list, name="inquiries"),
    path("inquiries/filters/", inquiries.filter_picker, name="inquiry_filters"),
    path("inquiries/columns/", inquiries.columns, name="inquiry_columns"),
    path("inquiries/bulk/", inquiry_bulk.bulk, name="inquiry_bulk"),
    path("inquiries/new/", inquiry_entry.inquiry_new, name="inquiry_new"),
    path("inquiries/new/similar/", inquiry_entry.inquiry_similar, name="inquiry_similar"),
    path("inquiries/list/", inquiry_entry.list_entry, name="inquiry_list_entry"),
    path("inquiries/<int:pk>/", inquiry_pages.inquiry, name="inquiry"),
    path("inquiries/<int:pk>/take/", inquiry_pages.take, name="inquiry_take"),
    path("inquiries/<int:pk>/give/", inquiry_pages.give, name="inquiry_give"),
    path("inquiries/<int:pk>/correct/", inquiry_pages.correct, name="inquiry_correct"),
    path("inquiries/<int:pk>/note/", inquiry_pages.note, name="inquiry_note"),
    path("inquiries/<int:pk>/aside/", inquiry_pages.put_aside, name="inquiry_aside"),
    path("inquiries/<int:pk>/reopen/", inquiry_pages.reopen, name="inquiry_reopen"),
    path("inquiries/<int:pk>/finish/", inquiry_pages.finish, name="inquiry_finish"),
    path("inquiries/<int:pk>/find/", inquiry_pages.find_client, name="inquiry_find"),
    path("inquiries/<int:pk>/card/", inquiry_pages.open_card, name="inquiry_card"),
    path("inquiries/<int:pk>/join/<int:client_pk>/", inquiry_pages.join, name="inquiry_join"),
    path("inquiries/<int:pk>/files/<int:entry_pk>/", inquiry_pages.entry_file, name="inquiry_file"),
    path("site-form/<str:key>/", site_forms.site_form, name="site_form"),
    path("settings/inquiries/", intake.intake, name="intake"),
    path("settings/inquiries/try/", intake.intake_try, name="intake_try"),
    path("settings/inquiries/forms/new/", intake.site_form_edit, name="site_form_new"),
    path("settings/inquiries/forms/<int:pk>/", intake.site_form_edit, name="site_form_edit"),
    path("settings/inquiries/forms/<int:pk>/key/", intake.site_form_key, name="site_form_key"),
    path("settings/inquiries/forms/<int:pk>/switch/", intake.site_form_retire, name="site_form_retire"),
    path("settings/inquiries/rules/new/", intake.rule_edit, name="distribution_new"),
    path("settings/inquiries/rules/<int:pk>/", intake.rule_edit, name="distribution_edit"),
    path("settings/inquiries/rules/<int:pk>/move/", intake.rule_move, name="distribution_move"),
    path("settings/inquiries/rules/<int:pk>/remove/", intake.rule_remove, name="distribution_remove"),
]  # fmt: skip
