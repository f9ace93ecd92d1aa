-- AlterTable
ALTER TABLE "user" ADD COLUMN     "preferred_language" TEXT;

-- CreateTable
CREATE TABLE "mail_logo" (
    "id" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,
    "stored_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mail_logo_pkey" PRIMARY KEY ("id")
);

-- What Prisma's language cannot say.
ALTER TABLE "user" ADD CONSTRAINT user_preferred_language_is_a_tag
  CHECK (preferred_language ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$' AND length(preferred_language) <= 35);
-- One organisation, one logo.
ALTER TABLE mail_logo ADD CONSTRAINT mail_logo_is_one CHECK (id = 'logo');
ALTER TABLE mail_logo ADD CONSTRAINT mail_logo_media_type_known CHECK (media_type IN ('image/png', 'image/jpeg'));
ALTER TABLE mail_logo ADD CONSTRAINT mail_logo_is_small CHECK (octet_length(bytes) BETWEEN 1 AND 131072);
