-- AlterTable
ALTER TABLE "directory_sync_run" ADD COLUMN     "members_checked_at" TIMESTAMPTZ(3),
ADD COLUMN     "members_total" INTEGER;
