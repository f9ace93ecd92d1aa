-- CreateTable
CREATE TABLE "password_reset_event" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "user_id" UUID,
    "user_principal_name" TEXT,
    "client_address" TEXT,
    "purpose" TEXT,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "proven_ways" TEXT[],
    "failed_ways" TEXT[],
    "home" TEXT,
    "directory_name" TEXT,
    "is_help_asked" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "password_reset_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "password_reset_event_started_at_id_idx" ON "password_reset_event"("started_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "password_reset_event_user_id_started_at_idx" ON "password_reset_event"("user_id", "started_at" DESC);

-- CreateIndex
CREATE INDEX "password_reset_event_reference_idx" ON "password_reset_event"("reference");

-- AddForeignKey
ALTER TABLE "password_reset_event" ADD CONSTRAINT "password_reset_event_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- What Prisma's language cannot say.
ALTER TABLE password_reset_event ADD CONSTRAINT password_reset_event_purpose_known CHECK (purpose IN ('reset', 'unlock'));
ALTER TABLE password_reset_event ADD CONSTRAINT password_reset_event_outcome_known
  CHECK (outcome IN ('open', 'done', 'refused', 'locked'));
ALTER TABLE password_reset_event ADD CONSTRAINT password_reset_event_home_known
  CHECK (home IN ('local', 'directory', 'readOnlyDirectory'));
