from django.db import models
from wagtail.models import PageViewRestriction


class SharedRestriction(models.Model):
    """Marks a restriction of a translation that came from its original, and goes with it."""

    restriction = models.OneToOneField(PageViewRestriction, on_delete=models.CASCADE, related_name="shared")

    def __str__(self) -> str:
        return str(self.restriction)
