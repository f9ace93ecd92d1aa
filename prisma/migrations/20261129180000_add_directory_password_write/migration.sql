-- CreateTable
CREATE TABLE "directory_password_write" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "actor_id" UUID NOT NULL,
    "session_id" UUID,
    "correlation_id" UUID NOT NULL,
    "is_renewed" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL DEFAULT 'writing',
    "home_sealed" TEXT,
    "new_password_sealed" TEXT,
    "writing_until" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "directory_password_write_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "directory_password_write_user_id_started_at_idx" ON "directory_password_write"("user_id", "started_at");

-- CreateIndex
CREATE INDEX "directory_password_write_started_at_idx" ON "directory_password_write"("started_at");

-- CreateIndex
CREATE INDEX "directory_password_write_state_writing_until_idx" ON "directory_password_write"("state", "writing_until");

-- AddForeignKey
ALTER TABLE "directory_password_write" ADD CONSTRAINT "directory_password_write_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say.
ALTER TABLE directory_password_write ADD CONSTRAINT directory_password_write_kind_known
  CHECK (kind IN ('change', 'due', 'renewal', 'temporary'));
ALTER TABLE directory_password_write ADD CONSTRAINT directory_password_write_state_known
  CHECK (state IN ('writing', 'unknown', 'done', 'refused', 'lost'));
-- A password is kept, sealed, only while a directory's answer is open.
ALTER TABLE directory_password_write ADD CONSTRAINT directory_password_write_keeps_no_password
  CHECK (new_password_sealed IS NULL OR state IN ('writing', 'unknown'));
-- One write for one account at a time.
CREATE UNIQUE INDEX directory_password_write_once ON directory_password_write (user_id) WHERE state IN ('writing', 'unknown');
