-- AlterTable
ALTER TABLE "outbox_message" ADD COLUMN     "provider" TEXT,
ADD COLUMN     "provider_message_id" TEXT,
ADD COLUMN     "receipt_at" TIMESTAMPTZ(3),
ADD COLUMN     "receipt_reason" TEXT,
ADD COLUMN     "receipt_state" TEXT;

-- CreateIndex
CREATE INDEX "outbox_message_provider_provider_message_id_idx" ON "outbox_message"("provider", "provider_message_id");

ALTER TABLE outbox_message ADD CONSTRAINT outbox_message_receipt_state_known
  CHECK (receipt_state IN ('delivered', 'failed'));
ALTER TABLE outbox_message ADD CONSTRAINT outbox_message_receipt_has_time
  CHECK ((receipt_state IS NULL) = (receipt_at IS NULL));
