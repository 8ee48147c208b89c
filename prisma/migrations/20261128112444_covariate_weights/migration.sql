-- DropIndex
DROP INDEX "sample_runId_distanceToReference_identityOrdinal_ordinal_idx";

-- DropIndex
DROP INDEX "sample_runId_quality_identityOrdinal_ordinal_idx";

-- AlterTable
ALTER TABLE "sample" ADD COLUMN     "covariateWeights" double precision[];

-- CreateTable
CREATE TABLE "run_covariate" (
    "runId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "slot" INTEGER NOT NULL,

    CONSTRAINT "run_covariate_pkey" PRIMARY KEY ("runId","name")
);

-- CreateIndex
CREATE UNIQUE INDEX "run_covariate_runId_slot_key" ON "run_covariate"("runId", "slot");

-- CreateIndex
CREATE INDEX "sample_by_distance" ON "sample"("runId", "distanceToReference", "identityOrdinal", "ordinal", "quality");

-- CreateIndex
CREATE INDEX "sample_by_quality" ON "sample"("runId", "quality", "identityOrdinal", "ordinal", "distanceToReference");

-- AddForeignKey
ALTER TABLE "run_covariate" ADD CONSTRAINT "run_covariate_runId_fkey" FOREIGN KEY ("runId") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- Slots and weights of the samples that are there already. Written by hand.
INSERT INTO "run_covariate" ("runId", "name", "slot")
SELECT "runId", "name", row_number() OVER (PARTITION BY "runId" ORDER BY "name" COLLATE "C")
FROM (
    SELECT DISTINCT s."runId", k."name" FROM "sample" s, jsonb_object_keys(s."covariates" -> 'weights') AS k("name")
    WHERE jsonb_typeof(s."covariates" -> 'weights') = 'object'
) found;

UPDATE "sample" s SET "covariateWeights" = (
    SELECT array_agg(CASE WHEN jsonb_typeof(s."covariates" -> 'weights' -> c."name") = 'number'
        THEN (s."covariates" -> 'weights' -> c."name")::float8 END ORDER BY c."slot")
    FROM "run_covariate" c WHERE c."runId" = s."runId"
) WHERE jsonb_typeof(s."covariates" -> 'weights') = 'object';

ALTER TABLE "run_covariate" ADD CONSTRAINT "run_covariate_slot_positive" CHECK ("slot" >= 1);
