-- CreateTable
CREATE TABLE "directory_import" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'checking',
    "lines_total" INTEGER NOT NULL,
    "unused_columns" TEXT[],
    "found" JSONB,
    "done" JSONB,
    "created_by_id" UUID,
    "asking" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "confirmed_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "lease_id" UUID,
    "leased_until" TIMESTAMPTZ(3),

    CONSTRAINT "directory_import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "directory_import_line" (
    "import_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "line" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "says" JSONB,
    "outcome" TEXT,
    "changes" JSONB NOT NULL DEFAULT '[]',
    "result" TEXT,
    "is_nested" BOOLEAN NOT NULL DEFAULT false,
    "reason" TEXT,
    "column" TEXT,
    "about" TEXT,

    CONSTRAINT "directory_import_line_pkey" PRIMARY KEY ("import_id","number")
);

-- CreateIndex
CREATE INDEX "directory_import_created_at_id_idx" ON "directory_import"("created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "directory_import_line_import_id_outcome_number_idx" ON "directory_import_line"("import_id", "outcome", "number");

-- CreateIndex
CREATE INDEX "group_display_name_id_idx" ON "group"("display_name", "id");

-- AddForeignKey
ALTER TABLE "directory_import_line" ADD CONSTRAINT "directory_import_line_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "directory_import"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say.
ALTER TABLE directory_import ADD CONSTRAINT directory_import_kind_known CHECK (kind IN ('people', 'groups'));
ALTER TABLE directory_import ADD CONSTRAINT directory_import_state_known CHECK (state IN ('checking', 'ready', 'importing', 'done', 'stopped'));
ALTER TABLE directory_import ADD CONSTRAINT directory_import_says_when CHECK ((state IN ('done', 'stopped')) = (ended_at IS NOT NULL));
ALTER TABLE directory_import_line ADD CONSTRAINT directory_import_line_outcome_known CHECK (outcome IN ('new', 'changed', 'unchanged', 'refused'));
ALTER TABLE directory_import_line ADD CONSTRAINT directory_import_line_result_known CHECK (result IN ('new', 'changed', 'unchanged', 'refused'));
-- The job asks every other second for what waits.
CREATE INDEX directory_import_open ON directory_import (created_at) WHERE state IN ('checking', 'importing');
-- What is left of a large file is found without looking at what was carried out.
CREATE INDEX directory_import_line_left ON directory_import_line (import_id, number)
  WHERE outcome IN ('new', 'changed') AND result IS NULL;
