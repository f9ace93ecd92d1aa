-- CreateTable
CREATE TABLE "password_reset" (
    "id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "subject_hash" BYTEA NOT NULL,
    "user_id" UUID,
    "name_sealed" TEXT NOT NULL,
    "purpose" TEXT,
    "gates" JSONB NOT NULL DEFAULT '[]',
    "gates_at_start" JSONB NOT NULL DEFAULT '[]',
    "way" TEXT,
    "challenge_id" UUID,
    "state" TEXT NOT NULL DEFAULT 'open',
    "refusal" TEXT,
    "reference" TEXT NOT NULL,
    "home_sealed" TEXT,
    "new_password_sealed" TEXT,
    "writing_until" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "password_reset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "password_reset_throttle" (
    "subject_hash" BYTEA NOT NULL,
    "failures" TIMESTAMPTZ(3)[],
    "starts" TIMESTAMPTZ(3)[],
    "emails" TIMESTAMPTZ(3)[],
    "resets" TIMESTAMPTZ(3)[],
    "locked_until" TIMESTAMPTZ(3),
    "question_round" INTEGER NOT NULL DEFAULT 0,
    "contacted_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "password_reset_throttle_pkey" PRIMARY KEY ("subject_hash")
);

-- CreateIndex
CREATE UNIQUE INDEX "password_reset_token_hash_key" ON "password_reset"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "password_reset_reference_key" ON "password_reset"("reference");

-- CreateIndex
CREATE INDEX "password_reset_user_id_idx" ON "password_reset"("user_id");

-- CreateIndex
CREATE INDEX "password_reset_expires_at_idx" ON "password_reset"("expires_at");

-- CreateIndex
CREATE INDEX "password_reset_state_writing_until_idx" ON "password_reset"("state", "writing_until");

-- CreateIndex
CREATE INDEX "password_reset_throttle_expires_at_idx" ON "password_reset_throttle"("expires_at");

-- AddForeignKey
ALTER TABLE "password_reset" ADD CONSTRAINT "password_reset_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say.
ALTER TABLE password_reset ADD CONSTRAINT password_reset_purpose_known CHECK (purpose IN ('reset', 'unlock'));
ALTER TABLE password_reset ADD CONSTRAINT password_reset_state_known
  CHECK (state IN ('open', 'refused', 'writing', 'unknown', 'done'));
-- A password is kept, sealed, only while a directory's answer is open.
ALTER TABLE password_reset ADD CONSTRAINT password_reset_keeps_no_password
  CHECK (new_password_sealed IS NULL OR state IN ('writing', 'unknown'));
-- One outside write for one account at a time.
CREATE UNIQUE INDEX password_reset_writes_once ON password_reset (user_id) WHERE state IN ('writing', 'unknown');
