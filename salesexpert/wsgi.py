import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesexpert.settings")

application = get_wsgi_application()

from salesexpert.accounts.checks import refuse_demo_abroad  # noqa: E402  (needs the apps)

refuse_demo_abroad()
