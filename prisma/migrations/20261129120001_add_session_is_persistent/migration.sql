-- AlterTable
ALTER TABLE "session" ADD COLUMN     "is_persistent" BOOLEAN NOT NULL DEFAULT false;
