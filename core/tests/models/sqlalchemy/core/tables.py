from sqlalchemy import Column, Integer, MetaData, String, Table
from sqlmodel import Field, Relationship, SQLModel

metadata = MetaData()

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("full_name", String),  # Column("x")
    schema="app",
)

mirrored = Table("mirrored", metadata, autoload_with=engine)


class Mapped(Base):
    __table__ = users


class HeroBase(SQLModel):
    name: str = Field(index=True)
    secret_name: str


class Hero(HeroBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(sa_column=Column("hero_kind", String))
    team_id: int | None = Field(default=None, foreign_key="team.id")
    team: "Team" = Relationship(back_populates="heroes")


class HeroPublic(HeroBase):
    id: int


class HTTPCall(db.Model):
    id = db.Column(db.Integer, primary_key=True)
