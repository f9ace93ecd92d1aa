-- AlterTable
ALTER TABLE "user" ADD COLUMN     "password_renewed_at" TIMESTAMPTZ(3);
