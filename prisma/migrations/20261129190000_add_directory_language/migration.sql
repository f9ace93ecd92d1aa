-- AlterTable
ALTER TABLE "user" ADD COLUMN     "directory_language" TEXT;

-- What Prisma's language cannot say.
ALTER TABLE "user" ADD CONSTRAINT user_directory_language_is_a_tag
  CHECK (directory_language ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$' AND length(directory_language) <= 35);

-- Nobody's language was asked for yet. Entries are read anew under another version of their connector, so the next run brings
-- the languages of people whose entries do not change.
UPDATE "directory_entry" SET "facts" = "facts" || '{"language": null}'
WHERE "kind" = 'user' AND NOT "facts" ? 'reason';
UPDATE "directory_connector" SET "version" = "version" + 1;
