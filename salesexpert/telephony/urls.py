from django.urls import path

from salesexpert.telephony.views import calls, hooks, lists, settings

app_name = "telephony"

urlpatterns = [
    path("telephony/hooks/<str:key>/", hooks.hook, name="hook"),
    path("telephony/hooks/<str:key>/<path:rest>", hooks.hook, name="hook_part"),
    path("calls/", lists.calls, name="calls"),
    path("calls/filters/", lists.filter_picker, name="call_filters"),
    path("calls/columns/", lists.columns, name="call_columns"),
    path("calls/current/", calls.current, name="current"),
    path("calls/dial/", calls.dial, name="dial"),
    path("calls/<int:pk>/", calls.call, name="call"),
    path("calls/<int:pk>/popup/", calls.call_popup, name="popup"),
    path("calls/<int:pk>/summary/", calls.summary, name="summary"),
    path("calls/<int:pk>/dismiss/", calls.dismiss, name="dismiss"),
    path("settings/telephony/", settings.connections, name="connections"),
    path("settings/telephony/new/<str:code>/", settings.connection_new, name="connection_new"),
    path("settings/telephony/<int:pk>/", settings.connection, name="connection"),
    path("settings/telephony/<int:pk>/state/", settings.faults, name="connection_state"),
    path("settings/telephony/<int:pk>/secret/", settings.connection_secret, name="connection_secret"),
    path("settings/telephony/<int:pk>/retire/", settings.connection_retire, name="connection_retire"),
    path("settings/telephony/<int:pk>/extensions/", settings.extension_give, name="extension_give"),
    path("settings/telephony/<int:pk>/extensions/<int:extension_pk>/take/", settings.extension_take, name="extension_take"),
    path("settings/telephony/<int:pk>/faults/", settings.faults_forget, name="faults_forget"),
]  # fmt: skip
