import os

from celery import Celery

from salesexpert.core.heartbeat import Heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesexpert.settings")

app = Celery("salesexpert")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["consumer"].add(Heartbeat)
