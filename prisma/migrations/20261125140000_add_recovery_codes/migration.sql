-- CreateTable
CREATE TABLE "recovery_code" (
    "id" UUID NOT NULL,
    "method_id" UUID NOT NULL,
    "selector" TEXT NOT NULL,
    "code_hash" TEXT NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "recovery_code_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "recovery_code_method_id_selector_key" ON "recovery_code"("method_id", "selector");

-- AddForeignKey
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_method_id_fkey" FOREIGN KEY ("method_id") REFERENCES "authentication_method"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say.
ALTER TABLE authentication_method DROP CONSTRAINT authentication_method_kind_known;
ALTER TABLE authentication_method ADD CONSTRAINT authentication_method_kind_known
  CHECK (kind IN ('passkey', 'softwareOath', 'hardwareOath', 'mobilePhone', 'alternateMobilePhone', 'officePhone', 'email', 'recoveryCodes', 'temporaryAccessPass'));
ALTER TABLE authentication_method DROP CONSTRAINT authentication_method_slot_fits;
ALTER TABLE authentication_method ADD CONSTRAINT authentication_method_slot_fits CHECK (
  CASE kind
    WHEN 'mobilePhone' THEN slot = 'mobile'
    WHEN 'alternateMobilePhone' THEN slot = 'alternateMobile'
    WHEN 'officePhone' THEN slot = 'office'
    WHEN 'email' THEN slot = 'email'
    WHEN 'recoveryCodes' THEN slot = 'recoveryCodes'
    WHEN 'temporaryAccessPass' THEN slot = 'temporaryAccessPass'
    ELSE slot = id::text
  END);
