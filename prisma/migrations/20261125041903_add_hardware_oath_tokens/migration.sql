-- CreateTable
CREATE TABLE "hardware_oath_token" (
    "id" UUID NOT NULL,
    "serial_number" TEXT NOT NULL,
    "secret_sealed" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL DEFAULT 'SHA1',
    "period_seconds" INTEGER NOT NULL,
    "manufacturer" TEXT NOT NULL DEFAULT '',
    "model" TEXT NOT NULL DEFAULT '',
    "drift_steps" INTEGER NOT NULL DEFAULT 0,
    "last_step" BIGINT NOT NULL DEFAULT -1,
    "assigned_to_id" UUID,
    "assigned_at" TIMESTAMPTZ(3),
    "method_id" UUID,
    "upload_id" UUID,
    "upload_record" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hardware_oath_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "hardware_oath_upload" (
    "id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "bytes_total" INTEGER NOT NULL,
    "bytes_read" INTEGER NOT NULL DEFAULT 0,
    "records_read" INTEGER NOT NULL DEFAULT 0,
    "imported" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "refusal_reason" TEXT,
    "refusal_line" INTEGER,
    "key_sealed" TEXT,
    "created_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leased_until" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "hardware_oath_upload_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "hardware_oath_upload_part" (
    "upload_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "content_sealed" TEXT NOT NULL,

    CONSTRAINT "hardware_oath_upload_part_pkey" PRIMARY KEY ("upload_id","number")
);

-- CreateTable
CREATE TABLE "hardware_oath_upload_failure" (
    "upload_id" UUID NOT NULL,
    "record" INTEGER NOT NULL,
    "line" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "user_principal_name" TEXT NOT NULL,
    "serial_number" TEXT NOT NULL,

    CONSTRAINT "hardware_oath_upload_failure_pkey" PRIMARY KEY ("upload_id","record")
);

-- CreateIndex
CREATE UNIQUE INDEX "hardware_oath_token_serial_number_key" ON "hardware_oath_token"("serial_number");

-- CreateIndex
CREATE UNIQUE INDEX "hardware_oath_token_method_id_key" ON "hardware_oath_token"("method_id");

-- CreateIndex
CREATE INDEX "hardware_oath_token_assigned_to_id_idx" ON "hardware_oath_token"("assigned_to_id");

-- CreateIndex
CREATE INDEX "hardware_oath_upload_created_at_id_idx" ON "hardware_oath_upload"("created_at" DESC, "id");

-- AddForeignKey
ALTER TABLE "hardware_oath_token" ADD CONSTRAINT "hardware_oath_token_assigned_to_id_fkey" FOREIGN KEY ("assigned_to_id") REFERENCES "user"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "hardware_oath_token" ADD CONSTRAINT "hardware_oath_token_method_id_fkey" FOREIGN KEY ("method_id") REFERENCES "authentication_method"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "hardware_oath_upload_part" ADD CONSTRAINT "hardware_oath_upload_part_upload_id_fkey" FOREIGN KEY ("upload_id") REFERENCES "hardware_oath_upload"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "hardware_oath_upload_failure" ADD CONSTRAINT "hardware_oath_upload_failure_upload_id_fkey" FOREIGN KEY ("upload_id") REFERENCES "hardware_oath_upload"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say.
ALTER TABLE authentication_method DROP CONSTRAINT authentication_method_kind_known;
ALTER TABLE authentication_method ADD CONSTRAINT authentication_method_kind_known
  CHECK (kind IN ('passkey', 'softwareOath', 'hardwareOath', 'mobilePhone', 'email', 'temporaryAccessPass'));
ALTER TABLE hardware_oath_token ADD CONSTRAINT hardware_oath_token_algorithm_known CHECK (algorithm IN ('SHA1', 'SHA256'));
ALTER TABLE hardware_oath_token ADD CONSTRAINT hardware_oath_token_period_known CHECK (period_seconds IN (30, 60));
ALTER TABLE hardware_oath_token ADD CONSTRAINT hardware_oath_token_serial_number_is_upper
  CHECK (serial_number = upper(serial_number) AND serial_number <> '');
ALTER TABLE hardware_oath_upload ADD CONSTRAINT hardware_oath_upload_format_known CHECK (format IN ('csv', 'pskc'));
ALTER TABLE hardware_oath_upload ADD CONSTRAINT hardware_oath_upload_state_known
  CHECK (state IN ('waiting', 'running', 'done', 'refused'));
-- Few uploads wait at any time, and the job asks every other second.
CREATE INDEX hardware_oath_upload_open ON hardware_oath_upload (created_at) WHERE state IN ('waiting', 'running');
