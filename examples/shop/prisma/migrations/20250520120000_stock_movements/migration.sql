-- Prisma has no syntax for partitioned tables, so this one is written by hand.
CREATE TABLE "stock_movements" (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY,
    "product_id" BIGINT NOT NULL REFERENCES "products" ("id"),
    "change" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY ("id", "at")
) PARTITION BY RANGE ("at");

CREATE TABLE "stock_movements_2025" PARTITION OF "stock_movements" FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE "stock_movements_2026" PARTITION OF "stock_movements" FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE "stock_movements_rest" PARTITION OF "stock_movements" DEFAULT;

CREATE INDEX "stock_movements_product_id_at_idx" ON "stock_movements" ("product_id", "at");
