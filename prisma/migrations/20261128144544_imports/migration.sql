-- CreateEnum
CREATE TYPE "RunKind" AS ENUM ('SAMPLING', 'IMPORT');

-- CreateEnum
CREATE TYPE "ImportSource" AS ENUM ('FOLDER', 'WEBDATASET');

-- AlterTable
ALTER TABLE "run" ADD COLUMN     "kind" "RunKind" NOT NULL DEFAULT 'SAMPLING',
ALTER COLUMN "recipeId" DROP NOT NULL;

-- AlterTable
ALTER TABLE "sample" ALTER COLUMN "distanceToReference" DROP NOT NULL;

-- CreateTable
CREATE TABLE "run_import" (
    "runId" UUID NOT NULL,
    "source" "ImportSource" NOT NULL,
    "name" TEXT NOT NULL,
    "licence" TEXT,
    "isSynthetic" BOOLEAN NOT NULL,
    "recogniserVersionId" UUID,
    "interClassThreshold" DOUBLE PRECISION NOT NULL,
    "files" JSONB NOT NULL,
    "digest" TEXT NOT NULL,

    CONSTRAINT "run_import_pkey" PRIMARY KEY ("runId")
);

-- CreateIndex
CREATE INDEX "run_import_recogniserVersionId_idx" ON "run_import"("recogniserVersionId");

-- AddForeignKey
ALTER TABLE "run_import" ADD CONSTRAINT "run_import_runId_fkey" FOREIGN KEY ("runId") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_import" ADD CONSTRAINT "run_import_recogniserVersionId_fkey" FOREIGN KEY ("recogniserVersionId") REFERENCES "model_version"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- What Prisma's language cannot say. Written by hand.

ALTER TABLE "run"
  ADD CONSTRAINT "run_recipe_unless_import" CHECK (("kind" = 'IMPORT') = ("recipeId" IS NULL)),
  DROP CONSTRAINT "run_counts_positive",
  -- An import knows its counts once its source has been read.
  ADD CONSTRAINT "run_counts_positive" CHECK (
    ("identityCount" >= 1 AND "samplesPerIdentity" >= 1)
    OR ("kind" = 'IMPORT' AND "identityCount" = 0 AND "samplesPerIdentity" = 0));

ALTER TABLE "run_import"
  ADD CONSTRAINT "run_import_threshold_is_angle" CHECK ("interClassThreshold" > 0 AND "interClassThreshold" <= pi());

CREATE FUNCTION "run_import_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'What was imported is on record and never changes: % of "%" is refused.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER "run_import_is_frozen" BEFORE UPDATE ON "run_import"
  FOR EACH ROW EXECUTE FUNCTION "run_import_refuse"();
