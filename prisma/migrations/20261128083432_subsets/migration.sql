-- CreateEnum
CREATE TYPE "SelectionEntity" AS ENUM ('IDENTITY', 'SAMPLE');

-- AlterTable
ALTER TABLE "dataset_version" ADD COLUMN     "query" JSONB,
ADD COLUMN     "subsetId" UUID;

-- AlterTable
ALTER TABLE "version_part" DROP COLUMN "selection",
ADD COLUMN     "stride" INTEGER;

-- CreateTable
CREATE TABLE "selection_block" (
    "versionId" UUID NOT NULL,
    "runId" UUID NOT NULL,
    "entity" "SelectionEntity" NOT NULL,
    "block" INTEGER NOT NULL,
    "bits" BIT(8192) NOT NULL,

    CONSTRAINT "selection_block_pkey" PRIMARY KEY ("versionId","runId","entity","block")
);

-- CreateTable
CREATE TABLE "subset" (
    "id" UUID NOT NULL,
    "datasetId" UUID NOT NULL,
    "versionId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "query" JSONB NOT NULL,
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "subset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "version_tag" (
    "datasetId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "versionId" UUID NOT NULL,
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "version_tag_pkey" PRIMARY KEY ("datasetId","name")
);

-- CreateIndex
CREATE INDEX "subset_versionId_idx" ON "subset"("versionId");

-- CreateIndex
CREATE UNIQUE INDEX "subset_datasetId_name_key" ON "subset"("datasetId", "name");

-- CreateIndex
CREATE INDEX "version_tag_versionId_idx" ON "version_tag"("versionId");

-- CreateIndex
CREATE INDEX "sample_runId_distanceToReference_identityOrdinal_ordinal_idx" ON "sample"("runId", "distanceToReference", "identityOrdinal", "ordinal");

-- CreateIndex
CREATE INDEX "sample_runId_quality_identityOrdinal_ordinal_idx" ON "sample"("runId", "quality", "identityOrdinal", "ordinal");

-- AddForeignKey
ALTER TABLE "dataset_version" ADD CONSTRAINT "dataset_version_subsetId_fkey" FOREIGN KEY ("subsetId") REFERENCES "subset"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "selection_block" ADD CONSTRAINT "selection_block_versionId_runId_fkey" FOREIGN KEY ("versionId", "runId") REFERENCES "version_part"("versionId", "runId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subset" ADD CONSTRAINT "subset_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subset" ADD CONSTRAINT "subset_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "dataset_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "version_tag" ADD CONSTRAINT "version_tag_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "version_tag" ADD CONSTRAINT "version_tag_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "dataset_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say. Written by hand.
ALTER TABLE "version_part" ADD CONSTRAINT "version_part_stride_positive" CHECK ("stride" >= 1);
ALTER TABLE "selection_block" ADD CONSTRAINT "selection_block_holds_something" CHECK ("block" >= 0 AND bit_count("bits") > 0);
