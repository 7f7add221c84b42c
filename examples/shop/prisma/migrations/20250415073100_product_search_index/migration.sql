CREATE INDEX CONCURRENTLY IF NOT EXISTS "products_search_text_idx" ON "products" USING gin ("search_text" gin_trgm_ops);
