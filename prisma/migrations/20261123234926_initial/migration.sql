-- CreateEnum
CREATE TYPE "Visibility" AS ENUM ('PRIVATE', 'TEAM', 'PUBLIC');

-- CreateEnum
CREATE TYPE "ReservationState" AS ENUM ('RESERVED', 'SETTLED', 'RELEASED');

-- CreateEnum
CREATE TYPE "VersionOrigin" AS ENUM ('RUN', 'SUBSET', 'MERGE', 'IMPORT');

-- CreateEnum
CREATE TYPE "ModelKind" AS ENUM ('GENERATOR', 'RECOGNISER');

-- CreateEnum
CREATE TYPE "ModelState" AS ENUM ('CHECKING', 'READY', 'REFUSED');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('VIEWER', 'CONTRIBUTOR', 'REVIEWER', 'MAINTAINER', 'OWNER');

-- CreateEnum
CREATE TYPE "RunState" AS ENUM ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "RunStage" AS ENUM ('PREPARE', 'REFERENCES', 'VARIATIONS', 'RENDER', 'MEASURE', 'COMMIT');

-- CreateEnum
CREATE TYPE "ShardKind" AS ENUM ('IMAGES', 'LATENTS', 'EMBEDDINGS');

-- CreateEnum
CREATE TYPE "SampleKind" AS ENUM ('REFERENCE', 'VARIATION');

-- CreateTable
CREATE TABLE "dataset" (
    "id" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "tags" TEXT[],
    "visibility" "Visibility" NOT NULL DEFAULT 'TEAM',
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity_budget" (
    "id" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "datasetId" UUID,
    "maxIdentities" INTEGER NOT NULL,
    "maxSamples" INTEGER NOT NULL,
    "minSeparation" DOUBLE PRECISION NOT NULL,
    "reservedIdentities" INTEGER NOT NULL DEFAULT 0,
    "reservedSamples" INTEGER NOT NULL DEFAULT 0,
    "usedIdentities" INTEGER NOT NULL DEFAULT 0,
    "usedSamples" INTEGER NOT NULL DEFAULT 0,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "identity_budget_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "budget_reservation" (
    "budgetId" UUID NOT NULL,
    "runId" UUID NOT NULL,
    "identities" INTEGER NOT NULL,
    "samples" INTEGER NOT NULL,
    "settledIdentities" INTEGER NOT NULL DEFAULT 0,
    "settledSamples" INTEGER NOT NULL DEFAULT 0,
    "state" "ReservationState" NOT NULL DEFAULT 'RESERVED',

    CONSTRAINT "budget_reservation_pkey" PRIMARY KEY ("budgetId","runId")
);

-- CreateTable
CREATE TABLE "dataset_version" (
    "id" UUID NOT NULL,
    "datasetId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "origin" "VersionOrigin" NOT NULL,
    "message" TEXT NOT NULL DEFAULT '',
    "authorId" TEXT NOT NULL,
    "identityCount" INTEGER NOT NULL,
    "sampleCount" INTEGER NOT NULL,
    "metrics" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dataset_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "version_part" (
    "versionId" UUID NOT NULL,
    "runId" UUID NOT NULL,
    "selection" BYTEA,

    CONSTRAINT "version_part_pkey" PRIMARY KEY ("versionId","runId")
);

-- CreateTable
CREATE TABLE "version_parent" (
    "versionId" UUID NOT NULL,
    "parentId" UUID NOT NULL,

    CONSTRAINT "version_parent_pkey" PRIMARY KEY ("versionId","parentId")
);

-- CreateTable
CREATE TABLE "model_version" (
    "id" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "kind" "ModelKind" NOT NULL,
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "licence" TEXT NOT NULL,
    "manifest" JSONB NOT NULL,
    "files" JSONB NOT NULL,
    "state" "ModelState" NOT NULL,
    "report" JSONB,
    "isBuiltIn" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recipe" (
    "id" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "definition" JSONB NOT NULL,
    "generatorVersionId" UUID NOT NULL,
    "recogniserVersionId" UUID NOT NULL,
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "recipe_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "emailVerified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,
    "token" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,
    "ipAddress" TEXT,
    "userAgent" TEXT,
    "userId" TEXT NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "providerId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "accessToken" TEXT,
    "refreshToken" TEXT,
    "idToken" TEXT,
    "accessTokenExpiresAt" TIMESTAMP(3),
    "refreshTokenExpiresAt" TIMESTAMP(3),
    "scope" TEXT,
    "password" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "team_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "teamId" UUID NOT NULL,
    "userId" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("teamId","userId")
);

-- CreateTable
CREATE TABLE "run" (
    "id" UUID NOT NULL,
    "teamId" UUID NOT NULL,
    "datasetId" UUID NOT NULL,
    "recipeId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "state" "RunState" NOT NULL DEFAULT 'QUEUED',
    "stage" "RunStage",
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "secondsLeft" DOUBLE PRECISION,
    "failure" TEXT,
    "identityCount" INTEGER NOT NULL,
    "samplesPerIdentity" INTEGER NOT NULL,
    "provider" TEXT,
    "machine" TEXT,
    "secondsPerStage" JSONB NOT NULL DEFAULT '{}',
    "summary" JSONB,
    "message" TEXT NOT NULL DEFAULT '',
    "idempotencyKey" TEXT,
    "createdById" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    "cancelRequestedAt" TIMESTAMPTZ(3),

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_iteration" (
    "runId" UUID NOT NULL,
    "stage" "RunStage" NOT NULL,
    "iteration" INTEGER NOT NULL,
    "thetaMin" DOUBLE PRECISION,
    "thetaMean" DOUBLE PRECISION,
    "thetaMax" DOUBLE PRECISION,
    "aboveIct" DOUBLE PRECISION,
    "timestep" DOUBLE PRECISION,
    "statistics" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "run_iteration_pkey" PRIMARY KEY ("runId","stage","iteration")
);

-- CreateTable
CREATE TABLE "run_preview" (
    "runId" UUID NOT NULL,
    "iteration" INTEGER NOT NULL,
    "objectKey" TEXT NOT NULL,
    "columns" INTEGER NOT NULL,
    "rows" INTEGER NOT NULL,

    CONSTRAINT "run_preview_pkey" PRIMARY KEY ("runId","iteration")
);

-- CreateTable
CREATE TABLE "run_log_line" (
    "runId" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "level" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "run_log_line_pkey" PRIMARY KEY ("runId","sequence")
);

-- CreateTable
CREATE TABLE "activity" (
    "digest" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "output" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "activity_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "shard" (
    "runId" UUID NOT NULL,
    "kind" "ShardKind" NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "objectKey" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "shard_pkey" PRIMARY KEY ("runId","kind","ordinal")
);

-- CreateTable
CREATE TABLE "identity" (
    "runId" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "nearestOrdinal" INTEGER,
    "nearestDistance" DOUBLE PRECISION,
    "intraDistance" DOUBLE PRECISION,

    CONSTRAINT "identity_pkey" PRIMARY KEY ("runId","ordinal")
);

-- CreateTable
CREATE TABLE "sample" (
    "runId" UUID NOT NULL,
    "identityOrdinal" INTEGER NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "kind" "SampleKind" NOT NULL,
    "imageShard" INTEGER NOT NULL,
    "imageOffset" BIGINT NOT NULL,
    "imageLength" INTEGER NOT NULL,
    "latentShard" INTEGER NOT NULL,
    "latentRow" INTEGER NOT NULL,
    "distanceToReference" DOUBLE PRECISION NOT NULL,
    "covariates" JSONB,
    "quality" DOUBLE PRECISION,

    CONSTRAINT "sample_pkey" PRIMARY KEY ("runId","identityOrdinal","ordinal")
);

-- CreateTable
CREATE TABLE "worker" (
    "id" UUID NOT NULL,
    "machine" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "dataset_teamId_slug_key" ON "dataset"("teamId", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "identity_budget_datasetId_key" ON "identity_budget"("datasetId");

-- CreateIndex
CREATE INDEX "identity_budget_teamId_idx" ON "identity_budget"("teamId");

-- CreateIndex
CREATE UNIQUE INDEX "dataset_version_datasetId_number_key" ON "dataset_version"("datasetId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "model_version_teamId_kind_name_version_key" ON "model_version"("teamId", "kind", "name", "version");

-- CreateIndex
CREATE UNIQUE INDEX "recipe_teamId_name_version_key" ON "recipe"("teamId", "name", "version");

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_userId_idx" ON "session"("userId");

-- CreateIndex
CREATE INDEX "account_userId_idx" ON "account"("userId");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "team_slug_key" ON "team"("slug");

-- CreateIndex
CREATE INDEX "membership_userId_idx" ON "membership"("userId");

-- CreateIndex
CREATE INDEX "run_teamId_createdAt_idx" ON "run"("teamId", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "run_datasetId_number_key" ON "run"("datasetId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "run_teamId_idempotencyKey_key" ON "run"("teamId", "idempotencyKey");

-- CreateIndex
CREATE INDEX "identity_runId_nearestDistance_ordinal_idx" ON "identity"("runId", "nearestDistance", "ordinal");

-- CreateIndex
CREATE INDEX "worker_lastSeenAt_idx" ON "worker"("lastSeenAt");

-- AddForeignKey
ALTER TABLE "dataset" ADD CONSTRAINT "dataset_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity_budget" ADD CONSTRAINT "identity_budget_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity_budget" ADD CONSTRAINT "identity_budget_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "budget_reservation" ADD CONSTRAINT "budget_reservation_budgetId_fkey" FOREIGN KEY ("budgetId") REFERENCES "identity_budget"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "budget_reservation" ADD CONSTRAINT "budget_reservation_runId_fkey" FOREIGN KEY ("runId") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dataset_version" ADD CONSTRAINT "dataset_version_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "version_part" ADD CONSTRAINT "version_part_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "dataset_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "version_part" ADD CONSTRAINT "version_part_runId_fkey" FOREIGN KEY ("runId") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "version_parent" ADD CONSTRAINT "version_parent_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "dataset_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "version_parent" ADD CONSTRAINT "version_parent_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "dataset_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_version" ADD CONSTRAINT "model_version_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recipe" ADD CONSTRAINT "recipe_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recipe" ADD CONSTRAINT "recipe_generatorVersionId_fkey" FOREIGN KEY ("generatorVersionId") REFERENCES "model_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recipe" ADD CONSTRAINT "recipe_recogniserVersionId_fkey" FOREIGN KEY ("recogniserVersionId") REFERENCES "model_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "membership" ADD CONSTRAINT "membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_recipeId_fkey" FOREIGN KEY ("recipeId") REFERENCES "recipe"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_iteration" ADD CONSTRAINT "run_iteration_runId_fkey" FOREIGN KEY ("runId") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_preview" ADD CONSTRAINT "run_preview_runId_fkey" FOREIGN KEY ("runId") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_log_line" ADD CONSTRAINT "run_log_line_runId_fkey" FOREIGN KEY ("runId") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shard" ADD CONSTRAINT "shard_runId_fkey" FOREIGN KEY ("runId") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "identity" ADD CONSTRAINT "identity_runId_fkey" FOREIGN KEY ("runId") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sample" ADD CONSTRAINT "sample_runId_fkey" FOREIGN KEY ("runId") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;
