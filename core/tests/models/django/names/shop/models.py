"""
class Commented(models.Model):
    nothing = models.TextField()
"""
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models

from core_app.models.base import Stamped, PlainMixin


class Product(PlainMixin, Stamped):
    # removed = models.TextField()
    title = models.CharField(
        max_length=200,
        db_column="product_title",  # db_column="wrong"
        help_text="db_column='wrong'",
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    maker = models.ForeignKey("core_app.Maker", models.PROTECT, db_column="maker_ref", null=True)
    tags = models.ManyToManyField("Tag", related_name="+")
    related = models.ManyToManyField("self", through="ProductLink")
    objects = ProductManager()
    price: "int" = models.DecimalField(max_digits=9, decimal_places=2)

    class Meta:
        ordering = ["title"]

    class Kind(models.TextChoices):
        A = "a"

    def save(self, *args, **kwargs):
        title = models.CharField()
        return super().save(*args, **kwargs)


class Tag(models.Model):
    slug = models.SlugField(primary_key=True)
    similar = models.ManyToManyField("self")

    class Meta:
        db_table = "shop_tag_words"


class Book(Product):
    pages = models.IntegerField()


class CheapProduct(Product):
    class Meta:
        proxy = True


class Report(models.Model):
    total = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = '"reporting"."totals"'


class User(AbstractUser):
    nick = models.CharField(max_length=20)


class External(SomebodysModel):
    code = models.TextField()


class Half(SomebodysMixin, models.Model):
    code = models.TextField()


class NotAModel:
    code = models.TextField()
