-- AlterTable
ALTER TABLE "session" ADD COLUMN     "admin_token_hash" BYTEA;

-- CreateIndex
CREATE UNIQUE INDEX "session_admin_token_hash_key" ON "session"("admin_token_hash");
