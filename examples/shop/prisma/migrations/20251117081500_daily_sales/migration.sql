CREATE MATERIALIZED VIEW "daily_sales" AS
SELECT date_trunc('day', o."created_at") AS "day", count(*) AS "orders", sum(o."total_cents") AS "revenue_cents"
FROM "orders" o
WHERE o."status" IN ('paid', 'shipped')
GROUP BY 1;

CREATE UNIQUE INDEX "daily_sales_day_idx" ON "daily_sales" ("day");
