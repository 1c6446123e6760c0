from datetime import time

from django.db import models
from django.utils.translation import pgettext_lazy


class Way(models.TextChoices):
    """How a person learns of a notice. The list of notices keeps each that goes any way at all."""

    PAGE = "page", pgettext_lazy("way of a notice", "in the page")
    BROWSER = "browser", pgettext_lazy("way of a notice", "from the browser")
    EMAIL = "email", pgettext_lazy("way of a notice", "by e-mail")


# Minutes before planned work at which one is reminded of it.
AHEAD_DEFAULT = 15
AHEAD = (0, 5, 10, 15, 30, 60, 120, 24 * 60)
DIGEST_AT_DEFAULT = time(8, 30)
