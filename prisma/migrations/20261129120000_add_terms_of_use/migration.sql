-- CreateTable
CREATE TABLE "terms_of_use" (
    "id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "text_version" INTEGER NOT NULL DEFAULT 1,
    "accepted_from_version" INTEGER NOT NULL DEFAULT 1,
    "asks_again_on_change" BOOLEAN NOT NULL DEFAULT true,
    "asks_again_days" INTEGER,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "modified_at" TIMESTAMPTZ(3),
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "terms_of_use_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "terms_of_use_text" (
    "terms_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "languages" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "terms_of_use_text_pkey" PRIMARY KEY ("terms_id","version")
);

-- CreateTable
CREATE TABLE "terms_of_use_acceptance" (
    "id" UUID NOT NULL,
    "terms_id" UUID NOT NULL,
    "text_version" INTEGER NOT NULL,
    "user_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "accepted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "terms_of_use_acceptance_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "terms_of_use_acceptance_user_id_terms_id_accepted_at_idx" ON "terms_of_use_acceptance"("user_id", "terms_id", "accepted_at");

-- CreateIndex
CREATE INDEX "terms_of_use_acceptance_terms_id_accepted_at_id_idx" ON "terms_of_use_acceptance"("terms_id", "accepted_at", "id");

-- AddForeignKey
ALTER TABLE "terms_of_use_text" ADD CONSTRAINT "terms_of_use_text_terms_id_fkey" FOREIGN KEY ("terms_id") REFERENCES "terms_of_use"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "terms_of_use_acceptance" ADD CONSTRAINT "terms_of_use_acceptance_terms_id_fkey" FOREIGN KEY ("terms_id") REFERENCES "terms_of_use"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "terms_of_use_acceptance" ADD CONSTRAINT "terms_of_use_acceptance_terms_id_text_version_fkey" FOREIGN KEY ("terms_id", "text_version") REFERENCES "terms_of_use_text"("terms_id", "version") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "terms_of_use_acceptance" ADD CONSTRAINT "terms_of_use_acceptance_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say.
ALTER TABLE terms_of_use ADD CONSTRAINT terms_of_use_versions_count
  CHECK (text_version >= 1 AND accepted_from_version BETWEEN 1 AND text_version);
ALTER TABLE terms_of_use ADD CONSTRAINT terms_of_use_days_are_some CHECK (asks_again_days >= 1);
ALTER TABLE terms_of_use_text ADD CONSTRAINT terms_of_use_text_has_languages
  CHECK (jsonb_typeof(languages) = 'array' AND jsonb_array_length(languages) >= 1);
