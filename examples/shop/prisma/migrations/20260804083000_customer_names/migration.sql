-- Customers choose how they are addressed.
ALTER TABLE "users" RENAME COLUMN "full_name" TO "display_name";

-- One phone number is enough.
UPDATE "users" SET "phone" = "legacy_phone" WHERE "phone" IS NULL AND "legacy_phone" IS NOT NULL;
UPDATE "users" SET "phone" = '' WHERE "phone" IS NULL;

ALTER TABLE "users" ALTER COLUMN "phone" SET NOT NULL;
ALTER TABLE "users" DROP COLUMN "legacy_phone";
