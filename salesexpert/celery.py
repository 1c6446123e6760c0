import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesexpert.settings")

app = Celery("salesexpert")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
