-- AlterTable
ALTER TABLE "user" ADD COLUMN     "business_phone" TEXT,
ADD COLUMN     "default_method_mode" TEXT;

-- AlterTable
ALTER TABLE "phone" ADD COLUMN     "extension" TEXT,
ADD COLUMN     "is_sms_sign_in_enabled" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "challenge" ADD COLUMN     "answer" TEXT,
ADD COLUMN     "answered_at" TIMESTAMPTZ(3);

-- What Prisma's language cannot say.
ALTER TABLE authentication_method DROP CONSTRAINT authentication_method_kind_known;
ALTER TABLE authentication_method ADD CONSTRAINT authentication_method_kind_known
  CHECK (kind IN ('passkey', 'softwareOath', 'hardwareOath', 'mobilePhone', 'alternateMobilePhone', 'officePhone', 'email',
    'temporaryAccessPass'));
ALTER TABLE authentication_method DROP CONSTRAINT authentication_method_slot_fits;
ALTER TABLE authentication_method ADD CONSTRAINT authentication_method_slot_fits CHECK (
  CASE kind
    WHEN 'mobilePhone' THEN slot = 'mobile'
    WHEN 'alternateMobilePhone' THEN slot = 'alternateMobile'
    WHEN 'officePhone' THEN slot = 'office'
    WHEN 'email' THEN slot = 'email'
    WHEN 'temporaryAccessPass' THEN slot = 'temporaryAccessPass'
    ELSE slot = id::text
  END);
ALTER TABLE "user" ADD CONSTRAINT user_default_method_mode_known CHECK (default_method_mode IN ('sms', 'voice'));
ALTER TABLE phone ADD CONSTRAINT phone_extension_is_digits CHECK (extension ~ '^[0-9]{1,10}$');
ALTER TABLE challenge ADD CONSTRAINT challenge_answer_known CHECK (answer IN ('approved', 'denied', 'notAnswered'));
-- A number that signs somebody in is that of one person.
CREATE UNIQUE INDEX phone_sms_sign_in_number ON phone (phone_number) WHERE is_sms_sign_in_enabled;
