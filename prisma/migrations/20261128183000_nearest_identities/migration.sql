-- CreateTable
CREATE TABLE "nearest_identity" (
    "versionId" UUID NOT NULL,
    "runId" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "nearestRunId" UUID NOT NULL,
    "nearestOrdinal" INTEGER NOT NULL,
    "distance" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "nearest_identity_pkey" PRIMARY KEY ("versionId","runId","ordinal")
);

-- CreateIndex
CREATE INDEX "nearest_identity_versionId_distance_runId_ordinal_idx" ON "nearest_identity"("versionId", "distance", "runId", "ordinal");

-- AddForeignKey
ALTER TABLE "nearest_identity" ADD CONSTRAINT "nearest_identity_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "dataset_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;
