-- AlterTable
ALTER TABLE "sign_in_log" ADD COLUMN     "circumstances" JSONB;

-- CreateTable
CREATE TABLE "policy_impact" (
    "policy_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "is_registration" BOOLEAN NOT NULL,
    "is_report_only" BOOLEAN NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "samples" UUID[],

    CONSTRAINT "policy_impact_pkey" PRIMARY KEY ("policy_id","hour","is_registration","is_report_only","outcome","reason")
);

-- CreateTable
CREATE TABLE "policy_impact_progress" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "counted_to" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "policy_impact_progress_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "policy_impact_hour_idx" ON "policy_impact"("hour");

-- CreateIndex
CREATE INDEX "sign_in_log_correlation_id_idx" ON "sign_in_log"("correlation_id");

-- CreateIndex
CREATE INDEX "sign_in_log_request_id_idx" ON "sign_in_log"("request_id");

-- What Prisma's language cannot say.
ALTER TABLE policy_impact ADD CONSTRAINT policy_impact_outcome_known
  CHECK (outcome IN ('success', 'failure', 'actionRequired', 'notApplied'));
ALTER TABLE policy_impact ADD CONSTRAINT policy_impact_counts CHECK (count > 0 AND cardinality(samples) BETWEEN 1 AND 3);
ALTER TABLE policy_impact_progress ADD CONSTRAINT policy_impact_progress_single CHECK (id = 1);
-- Requests to register are a small part of the log, and asked for by themselves.
CREATE INDEX sign_in_log_registration_idx ON sign_in_log (at DESC, id DESC) WHERE target = 'urn:user:registersecurityinfo';
-- What is in the log already is counted from its beginning.
INSERT INTO policy_impact_progress (id, counted_to) VALUES (1, '1970-01-01T00:00:00Z');
