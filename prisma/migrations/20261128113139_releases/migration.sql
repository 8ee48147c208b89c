-- CreateEnum
CREATE TYPE "ReleaseState" AS ENUM ('DRAFT', 'IN_REVIEW', 'CHANGES_REQUESTED', 'APPROVED', 'PUBLISHED', 'RETRACTED', 'WITHDRAWN');

-- CreateEnum
CREATE TYPE "ReleaseReach" AS ENUM ('TEAM', 'PUBLIC');

-- CreateEnum
CREATE TYPE "ReleaseCheckKind" AS ENUM ('BUDGET_AND_ICT', 'DUPLICATES', 'LEAKAGE', 'SHARD_INTEGRITY', 'SYNTHETIC_MARK', 'LICENCES', 'DATASHEET');

-- CreateEnum
CREATE TYPE "ReleaseCheckState" AS ENUM ('PENDING', 'RUNNING', 'PASSED', 'FAILED', 'ERRORED');

-- CreateEnum
CREATE TYPE "ReleaseDecision" AS ENUM ('APPROVE', 'REQUEST_CHANGES');

-- CreateTable
CREATE TABLE "release" (
    "id" UUID NOT NULL,
    "datasetId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "state" "ReleaseState" NOT NULL DEFAULT 'DRAFT',
    "versionId" UUID NOT NULL,
    "semanticVersion" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "notes" TEXT NOT NULL DEFAULT '',
    "licence" TEXT NOT NULL,
    "termsText" TEXT NOT NULL DEFAULT '',
    "isGated" BOOLEAN NOT NULL DEFAULT false,
    "reach" "ReleaseReach" NOT NULL DEFAULT 'TEAM',
    "datasheet" JSONB NOT NULL,
    "candidateDigest" TEXT NOT NULL,
    "heldVersion" TEXT,
    "authorId" TEXT NOT NULL,
    "editorIds" TEXT[],
    "checkAttempt" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "publishedAt" TIMESTAMPTZ(3),
    "publishedById" TEXT,
    "retractedAt" TIMESTAMPTZ(3),
    "retractedById" TEXT,
    "retractionReason" TEXT,
    "withdrawnAt" TIMESTAMPTZ(3),
    "withdrawnById" TEXT,

    CONSTRAINT "release_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "release_gallery" (
    "releaseId" UUID NOT NULL,
    "galleryId" UUID NOT NULL,

    CONSTRAINT "release_gallery_pkey" PRIMARY KEY ("releaseId","galleryId")
);

-- CreateTable
CREATE TABLE "release_check" (
    "releaseId" UUID NOT NULL,
    "kind" "ReleaseCheckKind" NOT NULL,
    "state" "ReleaseCheckState" NOT NULL DEFAULT 'PENDING',
    "candidateDigest" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "sentence" TEXT NOT NULL DEFAULT '',
    "evidence" JSONB,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "release_check_pkey" PRIMARY KEY ("releaseId","kind")
);

-- CreateTable
CREATE TABLE "release_review" (
    "id" UUID NOT NULL,
    "releaseId" UUID NOT NULL,
    "authorId" TEXT NOT NULL,
    "decision" "ReleaseDecision" NOT NULL,
    "body" TEXT NOT NULL DEFAULT '',
    "candidateDigest" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "release_review_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "release_reviewer" (
    "releaseId" UUID NOT NULL,
    "userId" TEXT NOT NULL,
    "requestedById" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "release_reviewer_pkey" PRIMARY KEY ("releaseId","userId")
);

-- CreateTable
CREATE TABLE "release_thread" (
    "id" UUID NOT NULL,
    "releaseId" UUID NOT NULL,
    "subject" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolvedAt" TIMESTAMPTZ(3),
    "resolvedById" TEXT,

    CONSTRAINT "release_thread_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "release_comment" (
    "id" UUID NOT NULL,
    "threadId" UUID NOT NULL,
    "authorId" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "release_comment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "release_policy" (
    "teamId" UUID NOT NULL,
    "approvalsNeeded" INTEGER NOT NULL,
    "approverRole" "Role" NOT NULL,
    "requiredChecks" "ReleaseCheckKind"[],
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "release_policy_pkey" PRIMARY KEY ("teamId")
);

-- CreateTable
CREATE TABLE "terms_acceptance" (
    "releaseId" UUID NOT NULL,
    "userId" TEXT NOT NULL,
    "address" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "terms_acceptance_pkey" PRIMARY KEY ("releaseId","userId")
);

-- CreateTable
CREATE TABLE "release_download" (
    "id" UUID NOT NULL,
    "releaseId" UUID NOT NULL,
    "userId" TEXT NOT NULL,
    "file" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "address" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "release_download_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signing_key" (
    "id" TEXT NOT NULL,
    "publicKey" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "release_manifest" (
    "releaseId" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "keyId" TEXT NOT NULL,

    CONSTRAINT "release_manifest_pkey" PRIMARY KEY ("releaseId")
);

-- CreateIndex
CREATE INDEX "release_versionId_idx" ON "release"("versionId");

-- CreateIndex
CREATE INDEX "release_state_reach_publishedAt_idx" ON "release"("state", "reach", "publishedAt");

-- CreateIndex
CREATE UNIQUE INDEX "release_datasetId_number_key" ON "release"("datasetId", "number");

-- CreateIndex
CREATE UNIQUE INDEX "release_datasetId_heldVersion_key" ON "release"("datasetId", "heldVersion");

-- CreateIndex
CREATE INDEX "release_gallery_galleryId_idx" ON "release_gallery"("galleryId");

-- CreateIndex
CREATE INDEX "release_review_releaseId_idx" ON "release_review"("releaseId");

-- CreateIndex
CREATE INDEX "release_thread_releaseId_idx" ON "release_thread"("releaseId");

-- CreateIndex
CREATE INDEX "release_comment_threadId_idx" ON "release_comment"("threadId");

-- CreateIndex
CREATE UNIQUE INDEX "release_download_releaseId_userId_file_day_key" ON "release_download"("releaseId", "userId", "file", "day");

-- AddForeignKey
ALTER TABLE "release" ADD CONSTRAINT "release_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release" ADD CONSTRAINT "release_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "dataset_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_gallery" ADD CONSTRAINT "release_gallery_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_gallery" ADD CONSTRAINT "release_gallery_galleryId_fkey" FOREIGN KEY ("galleryId") REFERENCES "gallery"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_check" ADD CONSTRAINT "release_check_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_review" ADD CONSTRAINT "release_review_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_reviewer" ADD CONSTRAINT "release_reviewer_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_thread" ADD CONSTRAINT "release_thread_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_comment" ADD CONSTRAINT "release_comment_threadId_fkey" FOREIGN KEY ("threadId") REFERENCES "release_thread"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_policy" ADD CONSTRAINT "release_policy_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "terms_acceptance" ADD CONSTRAINT "terms_acceptance_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_download" ADD CONSTRAINT "release_download_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_manifest" ADD CONSTRAINT "release_manifest_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_manifest" ADD CONSTRAINT "release_manifest_keyId_fkey" FOREIGN KEY ("keyId") REFERENCES "signing_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
