-- AlterTable
ALTER TABLE "authentication_strength_policy" ADD COLUMN     "version" INTEGER NOT NULL DEFAULT 1;

-- System-preferred authentication has three states and groups where it was on or off for everybody. On stays on for both
-- factors, which is the default.
UPDATE "tenant_policy"
SET "document" = ("document" - 'isSystemPreferredEnabled') || jsonb_build_object(
  'systemCredentialPreferences', jsonb_build_object(
    'state', CASE WHEN "document" -> 'isSystemPreferredEnabled' = 'false'::jsonb THEN 'disabled' ELSE 'default' END,
    'includeTargets', '[{"targetType": "group", "id": "all_users"}]'::jsonb,
    'excludeTargets', '[]'::jsonb
  )
)
WHERE "name" = 'authenticationMethodsPolicy' AND "document" ? 'isSystemPreferredEnabled';
