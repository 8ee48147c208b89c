-- CreateEnum
CREATE TYPE "SetState" AS ENUM ('CHECKING', 'READY', 'REFUSED');

-- AlterTable
ALTER TABLE "recipe" ADD COLUMN     "covariateSetId" UUID,
ADD COLUMN     "galleryId" UUID;

-- CreateTable
CREATE TABLE "gallery" (
    "id" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "licence" TEXT,
    "recogniserVersionId" UUID NOT NULL,
    "state" "SetState" NOT NULL DEFAULT 'CHECKING',
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "refusal" TEXT,
    "source" JSONB NOT NULL,
    "digest" TEXT,
    "objectKey" TEXT,
    "count" INTEGER,
    "report" JSONB,
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "checkedAt" TIMESTAMPTZ(3),

    CONSTRAINT "gallery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "covariate_set" (
    "id" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "licence" TEXT,
    "generatorVersionId" UUID NOT NULL,
    "recogniserVersionId" UUID,
    "isBuiltIn" BOOLEAN NOT NULL DEFAULT false,
    "state" "SetState" NOT NULL DEFAULT 'CHECKING',
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "refusal" TEXT,
    "source" JSONB NOT NULL,
    "digest" TEXT,
    "objectKey" TEXT,
    "directions" JSONB,
    "report" JSONB,
    "createdById" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "checkedAt" TIMESTAMPTZ(3),

    CONSTRAINT "covariate_set_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "gallery_teamId_name_version_key" ON "gallery"("teamId", "name", "version");

-- CreateIndex
CREATE UNIQUE INDEX "covariate_set_teamId_name_version_key" ON "covariate_set"("teamId", "name", "version");

-- AddForeignKey
ALTER TABLE "recipe" ADD CONSTRAINT "recipe_galleryId_fkey" FOREIGN KEY ("galleryId") REFERENCES "gallery"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recipe" ADD CONSTRAINT "recipe_covariateSetId_fkey" FOREIGN KEY ("covariateSetId") REFERENCES "covariate_set"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gallery" ADD CONSTRAINT "gallery_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gallery" ADD CONSTRAINT "gallery_recogniserVersionId_fkey" FOREIGN KEY ("recogniserVersionId") REFERENCES "model_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "covariate_set" ADD CONSTRAINT "covariate_set_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "covariate_set" ADD CONSTRAINT "covariate_set_generatorVersionId_fkey" FOREIGN KEY ("generatorVersionId") REFERENCES "model_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "covariate_set" ADD CONSTRAINT "covariate_set_recogniserVersionId_fkey" FOREIGN KEY ("recogniserVersionId") REFERENCES "model_version"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- What Prisma's language cannot say: a set can be used exactly when its content is there.
ALTER TABLE "gallery"
  ADD CONSTRAINT "gallery_content_when_ready" CHECK (
    ("state" = 'READY') = ("digest" IS NOT NULL AND "objectKey" IS NOT NULL AND "count" >= 1)),
  ADD CONSTRAINT "gallery_refusal_when_refused" CHECK (("state" = 'REFUSED') = ("refusal" IS NOT NULL)),
  ADD CONSTRAINT "gallery_progress_is_share" CHECK ("progress" >= 0 AND "progress" <= 1);
ALTER TABLE "covariate_set"
  ADD CONSTRAINT "covariate_set_content_when_ready" CHECK (
    ("state" = 'READY') = ("digest" IS NOT NULL AND "objectKey" IS NOT NULL AND "directions" IS NOT NULL)),
  ADD CONSTRAINT "covariate_set_refusal_when_refused" CHECK (("state" = 'REFUSED') = ("refusal" IS NOT NULL)),
  ADD CONSTRAINT "covariate_set_progress_is_share" CHECK ("progress" >= 0 AND "progress" <= 1);
