-- CreateTable
CREATE TABLE "fido_metadata" (
    "id" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "next_update_at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,
    "imported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "fido_metadata_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "fido_model" (
    "aaguid" UUID NOT NULL,
    "description" TEXT NOT NULL,
    "icon" TEXT,
    "root_certificates" BYTEA[],
    "status_reports" JSONB NOT NULL,

    CONSTRAINT "fido_model_pkey" PRIMARY KEY ("aaguid")
);
