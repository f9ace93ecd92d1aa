-- CreateTable
CREATE TABLE "policy_import" (
    "id" UUID NOT NULL,
    "file_name" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "version" INTEGER NOT NULL DEFAULT 1,
    "choices" JSONB NOT NULL DEFAULT '{}',
    "unread" JSONB NOT NULL DEFAULT '{}',
    "created_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "imported_at" TIMESTAMPTZ(3),

    CONSTRAINT "policy_import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_import_item" (
    "import_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "file_name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "line" INTEGER NOT NULL,
    "column" INTEGER NOT NULL,
    "source" TEXT NOT NULL,

    CONSTRAINT "policy_import_item_pkey" PRIMARY KEY ("import_id","number")
);

-- CreateIndex
CREATE INDEX "policy_import_created_at_id_idx" ON "policy_import"("created_at" DESC, "id");

-- CreateIndex
CREATE INDEX "policy_import_expires_at_idx" ON "policy_import"("expires_at");

-- AddForeignKey
ALTER TABLE "policy_import_item" ADD CONSTRAINT "policy_import_item_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "policy_import"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say.
ALTER TABLE policy_import ADD CONSTRAINT policy_import_state_known CHECK (state IN ('open', 'imported'));
ALTER TABLE policy_import ADD CONSTRAINT policy_import_says_when CHECK ((state = 'imported') = (imported_at IS NOT NULL));
ALTER TABLE policy_import_item ADD CONSTRAINT policy_import_item_kind_known CHECK (kind IN ('policy', 'location', 'strength', 'unknown'));
