-- AlterTable
ALTER TABLE "directory_connector" ADD COLUMN     "allowed_run_id" UUID;

-- CreateTable
CREATE TABLE "directory_sync_run" (
    "id" UUID NOT NULL,
    "connector_id" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'running',
    "trigger" TEXT NOT NULL,
    "started_by_id" UUID,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "leased_until" TIMESTAMPTZ(3),
    "phase" TEXT NOT NULL DEFAULT 'reading',
    "entries_read" INTEGER NOT NULL DEFAULT 0,
    "created" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "disabled" INTEGER NOT NULL DEFAULT 0,
    "groups_changed" INTEGER NOT NULL DEFAULT 0,
    "members_added" INTEGER NOT NULL DEFAULT 0,
    "members_removed" INTEGER NOT NULL DEFAULT 0,
    "issues" INTEGER NOT NULL DEFAULT 0,
    "held_people" INTEGER NOT NULL DEFAULT 0,
    "held_groups" INTEGER NOT NULL DEFAULT 0,
    "held_members" INTEGER NOT NULL DEFAULT 0,
    "failure_reason" TEXT,

    CONSTRAINT "directory_sync_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "directory_sync_issue" (
    "run_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "entry_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "distinguished_name" TEXT NOT NULL,

    CONSTRAINT "directory_sync_issue_pkey" PRIMARY KEY ("run_id","number")
);

-- CreateTable
CREATE TABLE "directory_entry" (
    "connector_id" UUID NOT NULL,
    "entry_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "distinguished_name" TEXT NOT NULL,
    "name_key" BYTEA NOT NULL,
    "version" TEXT NOT NULL,
    "facts" JSONB NOT NULL,
    "facts_hash" BYTEA NOT NULL,
    "applied_hash" BYTEA,
    "is_enabled" BOOLEAN NOT NULL,
    "seen_run_id" UUID NOT NULL,
    "held_run_id" UUID,

    CONSTRAINT "directory_entry_pkey" PRIMARY KEY ("connector_id","entry_id")
);

-- CreateTable
CREATE TABLE "directory_member" (
    "connector_id" UUID NOT NULL,
    "group_entry_id" TEXT NOT NULL,
    "member_name_key" BYTEA NOT NULL,

    CONSTRAINT "directory_member_pkey" PRIMARY KEY ("connector_id","group_entry_id","member_name_key")
);

-- CreateIndex
CREATE INDEX "directory_sync_run_connector_id_started_at_idx" ON "directory_sync_run"("connector_id", "started_at" DESC);

-- CreateIndex
CREATE INDEX "directory_entry_connector_id_name_key_idx" ON "directory_entry"("connector_id", "name_key");

-- CreateIndex
CREATE INDEX "directory_member_connector_id_member_name_key_idx" ON "directory_member"("connector_id", "member_name_key");

-- AddForeignKey
ALTER TABLE "directory_sync_run" ADD CONSTRAINT "directory_sync_run_connector_id_fkey" FOREIGN KEY ("connector_id") REFERENCES "directory_connector"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directory_sync_issue" ADD CONSTRAINT "directory_sync_issue_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "directory_sync_run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directory_entry" ADD CONSTRAINT "directory_entry_connector_id_fkey" FOREIGN KEY ("connector_id") REFERENCES "directory_connector"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directory_member" ADD CONSTRAINT "directory_member_connector_id_fkey" FOREIGN KEY ("connector_id") REFERENCES "directory_connector"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say.
ALTER TABLE directory_sync_run ADD CONSTRAINT directory_sync_run_state_known
  CHECK (state IN ('running', 'done', 'held', 'failed'));
ALTER TABLE directory_sync_run ADD CONSTRAINT directory_sync_run_trigger_known CHECK (trigger IN ('schedule', 'administrator'));
ALTER TABLE directory_entry ADD CONSTRAINT directory_entry_kind_known CHECK (kind IN ('user', 'group'));
-- Two at a time would each take half of the other's work for the whole.
CREATE UNIQUE INDEX directory_sync_run_one_at_a_time ON directory_sync_run (connector_id) WHERE state = 'running';
-- Each run marks every entry that it saw: with room on its page a row is marked in place, without touching an index.
ALTER TABLE directory_entry SET (fillfactor = 50);
