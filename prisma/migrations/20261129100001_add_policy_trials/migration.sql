-- CreateTable
CREATE TABLE "policy_trial" (
    "id" UUID NOT NULL,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "policy_id" UUID,
    "display_name" TEXT NOT NULL,
    "candidate" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "asked_at" TIMESTAMPTZ(3),
    "policy_stamp" TEXT,
    "people_total" INTEGER NOT NULL DEFAULT 0,
    "people_done" INTEGER NOT NULL DEFAULT 0,
    "people_concerned" INTEGER NOT NULL DEFAULT 0,
    "after_name" TEXT,
    "after_id" UUID,
    "summary" JSONB,
    "leased_until" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "policy_trial_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_trial_result" (
    "trial_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "user_id" UUID NOT NULL,
    "outcome" TEXT NOT NULL,
    "outcome_now" TEXT NOT NULL,
    "is_newly_blocked" BOOLEAN NOT NULL,
    "reason" TEXT NOT NULL,
    "basis" TEXT NOT NULL,
    "places" INTEGER NOT NULL,
    "places_blocked" INTEGER NOT NULL,
    "past_requests" INTEGER NOT NULL,
    "past_blocked" INTEGER NOT NULL,
    "target" TEXT NOT NULL,
    "client_address" TEXT,
    "platform" TEXT,

    CONSTRAINT "policy_trial_result_pkey" PRIMARY KEY ("trial_id","position")
);

-- CreateIndex
CREATE INDEX "policy_trial_created_by_id_created_at_idx" ON "policy_trial"("created_by_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "policy_trial_result_trial_id_outcome_position_idx" ON "policy_trial_result"("trial_id", "outcome", "position");

-- AddForeignKey
ALTER TABLE "policy_trial" ADD CONSTRAINT "policy_trial_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_trial_result" ADD CONSTRAINT "policy_trial_result_trial_id_fkey" FOREIGN KEY ("trial_id") REFERENCES "policy_trial"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say.
ALTER TABLE policy_trial ADD CONSTRAINT policy_trial_state_known
  CHECK (state IN ('waiting', 'running', 'done', 'stopped', 'outdated', 'failed'));
ALTER TABLE policy_trial_result ADD CONSTRAINT policy_trial_result_outcomes_known
  CHECK (outcome IN ('blocked', 'registers', 'mfa', 'passes') AND outcome_now IN ('blocked', 'registers', 'mfa', 'passes'));
ALTER TABLE policy_trial_result ADD CONSTRAINT policy_trial_result_basis_known
  CHECK (basis IN ('signIns', 'unknownPlace'));
-- One at a time for each administrator, whatever two requests in the same moment think.
CREATE UNIQUE INDEX policy_trial_one_running ON policy_trial (created_by_id) WHERE state IN ('waiting', 'running');
-- Few wait at any time, and the job asks every other second.
CREATE INDEX policy_trial_open ON policy_trial (created_at) WHERE state IN ('waiting', 'running');
