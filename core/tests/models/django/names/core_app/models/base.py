from django.db import models


class PlainMixin:
    ignored = models.TextField()


class Stamped(models.Model):
    created = models.DateTimeField(auto_now_add=True)
    note = models.TextField()

    class Meta:
        abstract = True


class Maker(Stamped):
    name = models.TextField()
    note = None
