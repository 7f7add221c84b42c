from sqlalchemy import Column, DateTime, String
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column


class Base(DeclarativeBase):
    pass


class Stamped:
    created_at = Column(DateTime, nullable=False)

    @declared_attr
    def updated_by(cls) -> Mapped[str]:
        return mapped_column("last_updated_by", String)


class Named(Base):
    __abstract__ = True

    @declared_attr
    def __tablename__(cls):
        return cls.__name__.lower()

    id: Mapped[int] = mapped_column(primary_key=True)
