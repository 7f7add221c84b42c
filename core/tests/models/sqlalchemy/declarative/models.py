from typing import Optional

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, deferred

from .base import Base, Stamped, Named

SCHEMA = "billing"


class User(Base, Stamped):
    """__tablename__ = "docstring" """

    __tablename__ = "users"
    __table_args__ = (
        sa.UniqueConstraint("email"),
        {"schema": SCHEMA, "comment": "people"},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(
        "email_address",
        sa.String(100),  # "other"
    )
    nickname: Mapped[Optional[str]]
    metadata_: Mapped[dict] = mapped_column(sa.JSON, name="metadata")
    biography = deferred(sa.Column("bio", sa.Text))
    posts: Mapped[list["Post"]] = relationship(back_populates="author")
    count = 3

    @property
    def column(self):
        return sa.Column("no")


class Manager(User):
    __mapper_args__ = {"polymorphic_identity": "manager"}
    budget = sa.Column(sa.Integer)


class Engineer(User):
    __tablename__ = "engineers"
    id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"), primary_key=True)
    language = sa.Column(sa.String)


class AuditEntry(Named):
    text: Mapped[str]


class Odd(Base):
    __tablename__ = "odd"
    id = sa.Column(sa.Integer, primary_key=True)
    other = make_column()


class Unclear(Base):
    __tablename__ = prefix + "unclear"
    id = sa.Column(sa.Integer, primary_key=True)
