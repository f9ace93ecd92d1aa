-- AlterTable
ALTER TABLE "user" ADD COLUMN     "campaign_snoozed_at" TIMESTAMPTZ(3),
ADD COLUMN     "campaign_snoozes" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "mfa_registration_prompted_at" TIMESTAMPTZ(3),
ADD COLUMN     "per_user_mfa_state" TEXT NOT NULL DEFAULT 'disabled';

ALTER TABLE "user" ADD CONSTRAINT user_per_user_mfa_state_known
  CHECK (per_user_mfa_state IN ('disabled', 'enabled', 'enforced'));
ALTER TABLE "user" ADD CONSTRAINT user_campaign_snoozes_is_a_count CHECK (campaign_snoozes >= 0);
