-- AlterTable
ALTER TABLE "passkey" ADD COLUMN     "is_attested" BOOLEAN NOT NULL DEFAULT false;
