-- CreateTable
CREATE TABLE "security_answer" (
    "id" UUID NOT NULL,
    "method_id" UUID NOT NULL,
    "question_key" TEXT NOT NULL,
    "answer_hash" TEXT NOT NULL,

    CONSTRAINT "security_answer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "security_answer_method_id_question_key_key" ON "security_answer"("method_id", "question_key");

-- AddForeignKey
ALTER TABLE "security_answer" ADD CONSTRAINT "security_answer_method_id_fkey" FOREIGN KEY ("method_id") REFERENCES "authentication_method"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say.
ALTER TABLE authentication_method DROP CONSTRAINT authentication_method_kind_known;
ALTER TABLE authentication_method ADD CONSTRAINT authentication_method_kind_known
  CHECK (kind IN ('passkey', 'softwareOath', 'hardwareOath', 'mobilePhone', 'alternateMobilePhone', 'officePhone', 'email', 'securityQuestions', 'recoveryCodes',
    'temporaryAccessPass'));
ALTER TABLE authentication_method DROP CONSTRAINT authentication_method_slot_fits;
ALTER TABLE authentication_method ADD CONSTRAINT authentication_method_slot_fits CHECK (
  CASE kind
    WHEN 'mobilePhone' THEN slot = 'mobile'
    WHEN 'alternateMobilePhone' THEN slot = 'alternateMobile'
    WHEN 'officePhone' THEN slot = 'office'
    WHEN 'email' THEN slot = 'email'
    WHEN 'securityQuestions' THEN slot = 'securityQuestions'
    WHEN 'recoveryCodes' THEN slot = 'recoveryCodes'
    WHEN 'temporaryAccessPass' THEN slot = 'temporaryAccessPass'
    ELSE slot = id::text
  END);
ALTER TABLE security_answer ADD CONSTRAINT security_answer_is_hashed CHECK (answer_hash LIKE '$argon2id$%');
