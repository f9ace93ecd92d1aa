-- AlterTable
ALTER TABLE "directory_password_write" ADD COLUMN     "asked_server" TEXT;

-- AlterTable
ALTER TABLE "password_reset" ADD COLUMN     "asked_server" TEXT;
