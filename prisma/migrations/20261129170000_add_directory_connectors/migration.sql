-- AlterTable
ALTER TABLE "group" ADD COLUMN     "directory_connector_id" UUID,
ADD COLUMN     "directory_entry_id" TEXT,
ADD COLUMN     "distinguished_name" TEXT;

-- AlterTable
ALTER TABLE "user" ADD COLUMN     "directory_connector_id" UUID,
ADD COLUMN     "directory_entry_id" TEXT,
ADD COLUMN     "distinguished_name" TEXT;

-- CreateTable
CREATE TABLE "directory_connector" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "bind_password_sealed" TEXT NOT NULL,
    "is_enabled" BOOLEAN NOT NULL DEFAULT true,
    "is_from_file" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "sync_requested_at" TIMESTAMPTZ(3),
    "sync_requested_by_id" UUID,
    "last_sync_at" TIMESTAMPTZ(3),
    "last_sync_done_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "directory_connector_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "directory_connector_name_key" ON "directory_connector"("name");

-- CreateIndex
CREATE UNIQUE INDEX "group_directory_connector_id_directory_entry_id_key" ON "group"("directory_connector_id", "directory_entry_id");

-- CreateIndex
CREATE UNIQUE INDEX "user_directory_connector_id_directory_entry_id_key" ON "user"("directory_connector_id", "directory_entry_id");

-- AddForeignKey
ALTER TABLE "user" ADD CONSTRAINT "user_directory_connector_id_fkey" FOREIGN KEY ("directory_connector_id") REFERENCES "directory_connector"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group" ADD CONSTRAINT "group_directory_connector_id_fkey" FOREIGN KEY ("directory_connector_id") REFERENCES "directory_connector"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's language cannot say.
ALTER TABLE directory_connector ADD CONSTRAINT directory_connector_kind_known CHECK (kind IN ('ldap', 'activeDirectory'));
ALTER TABLE directory_connector ADD CONSTRAINT directory_connector_password_is_sealed CHECK (bind_password_sealed LIKE 'v1.%');
-- Somebody lives in a directory or is local; half of the two facts would be neither.
ALTER TABLE "user" ADD CONSTRAINT user_directory_entry_fits
  CHECK ((directory_connector_id IS NULL) = (directory_entry_id IS NULL));
ALTER TABLE "group" ADD CONSTRAINT group_directory_entry_fits
  CHECK ((directory_connector_id IS NULL) = (directory_entry_id IS NULL));
