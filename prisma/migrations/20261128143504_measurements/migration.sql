-- CreateEnum
CREATE TYPE "MeasurementState" AS ENUM ('QUEUED', 'RUNNING', 'DONE', 'FAILED');

-- CreateTable
CREATE TABLE "measurement" (
    "id" UUID NOT NULL,
    "versionId" UUID NOT NULL,
    "galleryId" UUID,
    "state" "MeasurementState" NOT NULL DEFAULT 'QUEUED',
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "failure" TEXT,
    "inputsDigest" TEXT,
    "metrics" JSONB,
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "measurement_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "measurement_galleryId_idx" ON "measurement"("galleryId");

-- CreateIndex
CREATE UNIQUE INDEX "measurement_versionId_galleryId_key" ON "measurement"("versionId", "galleryId");

-- AddForeignKey
ALTER TABLE "measurement" ADD CONSTRAINT "measurement_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "dataset_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "measurement" ADD CONSTRAINT "measurement_galleryId_fkey" FOREIGN KEY ("galleryId") REFERENCES "gallery"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's language cannot say. Written by hand.

-- A version is measured alone once (one gallery's is unique by its columns).
CREATE UNIQUE INDEX "measurement_of_version" ON "measurement" ("versionId") WHERE "galleryId" IS NULL;

ALTER TABLE "measurement"
  ADD CONSTRAINT "measurement_progress_is_share" CHECK ("progress" >= 0 AND "progress" <= 1),
  ADD CONSTRAINT "measurement_metrics_when_done" CHECK (
    ("state" = 'DONE') = ("metrics" IS NOT NULL) AND ("state" = 'DONE') = ("inputsDigest" IS NOT NULL)),
  ADD CONSTRAINT "measurement_failure_when_failed" CHECK (("state" = 'FAILED') = ("failure" IS NOT NULL)),
  ADD CONSTRAINT "measurement_finished_when_over" CHECK (
    ("state" IN ('DONE', 'FAILED')) = ("finishedAt" IS NOT NULL));
