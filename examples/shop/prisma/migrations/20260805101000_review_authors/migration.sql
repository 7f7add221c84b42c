-- Reviews without an author are gone since the import.
DELETE FROM "reviews" WHERE "user_id" IS NULL;

ALTER TABLE "reviews" ALTER COLUMN "user_id" SET NOT NULL;
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_product_id_user_id_key" UNIQUE ("product_id", "user_id");
ALTER TABLE "reviews" ADD COLUMN "token" UUID NOT NULL DEFAULT gen_random_uuid();
