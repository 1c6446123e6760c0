from django.db import models


class ProcessQuerySet(models.QuerySet):
    def in_use(self) -> "ProcessQuerySet":
        """Processes in which deals may be opened today."""
        return self.filter(retired_at=None)


class StageQuerySet(models.QuerySet):
    def in_use(self) -> "StageQuerySet":
        """Stages into which deals may be moved today."""
        return self.filter(retired_at=None)
