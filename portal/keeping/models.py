"""Links by which a person reads or deletes what is kept of them."""

from django.db import models


class PersonLink(models.Model):
    """A link that was mailed to an address: whoever opens it reads that mailbox. Only its digest is stored."""

    NOT_IN_TRAIL = frozenset({"email", "token_sha256"})

    email = models.EmailField()
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", help_text="None: the person."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        verbose_name = "link to one’s own data"
        verbose_name_plural = "people’s own data"

    def __str__(self) -> str:
        return f"Link {self.pk}"
