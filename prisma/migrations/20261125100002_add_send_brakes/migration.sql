-- CreateTable
CREATE TABLE "sms_send" (
    "id" UUID NOT NULL,
    "prefix" TEXT NOT NULL,
    "number_hash" BYTEA NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),

    CONSTRAINT "sms_send_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "send_brake" (
    "range" TEXT NOT NULL,
    "engaged_at" TIMESTAMPTZ(3) NOT NULL,
    "seen" INTEGER NOT NULL,
    "confirmed" INTEGER NOT NULL,
    "stopped" INTEGER NOT NULL DEFAULT 0,
    "alerted_at" TIMESTAMPTZ(3),
    "released_at" TIMESTAMPTZ(3),
    "released_by" UUID,

    CONSTRAINT "send_brake_pkey" PRIMARY KEY ("range")
);

-- CreateIndex
CREATE INDEX "sms_send_prefix_sent_at_idx" ON "sms_send"("prefix", "sent_at");

-- CreateIndex
CREATE INDEX "sms_send_sent_at_idx" ON "sms_send"("sent_at");

-- CreateIndex
CREATE INDEX "sms_send_number_hash_sent_at_idx" ON "sms_send"("number_hash", "sent_at");

ALTER TABLE sms_send ADD CONSTRAINT sms_send_prefix_is_short CHECK (prefix ~ '^[0-9]{1,8}$');
ALTER TABLE send_brake ADD CONSTRAINT send_brake_range_is_short CHECK (range ~ '^[0-9]{0,8}$');
ALTER TABLE send_brake ADD CONSTRAINT send_brake_released_after_engaged CHECK (released_at >= engaged_at);
