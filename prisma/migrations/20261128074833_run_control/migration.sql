-- AlterEnum
ALTER TYPE "RunState" ADD VALUE 'PAUSED';

-- AlterTable
ALTER TABLE "run" ADD COLUMN     "branchedFromId" UUID,
ADD COLUMN     "branchedFromIteration" INTEGER,
ADD COLUMN     "jobId" TEXT,
ADD COLUMN     "partial" JSONB,
ADD COLUMN     "pauseRequestedAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "run_checkpoint" (
    "runId" UUID NOT NULL,
    "iteration" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "record" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "run_checkpoint_pkey" PRIMARY KEY ("runId","iteration")
);

-- CreateTable
CREATE TABLE "run_shard" (
    "runId" UUID NOT NULL,
    "stage" "RunStage" NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "workerId" UUID,
    "heartbeatAt" TIMESTAMPTZ(3),
    "failure" TEXT,

    CONSTRAINT "run_shard_pkey" PRIMARY KEY ("runId","stage","ordinal")
);

-- CreateIndex
CREATE INDEX "run_shard_heartbeatAt_idx" ON "run_shard"("heartbeatAt");

-- CreateIndex
CREATE INDEX "run_branchedFromId_idx" ON "run"("branchedFromId");

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_branchedFromId_fkey" FOREIGN KEY ("branchedFromId") REFERENCES "run"("id") ON DELETE NO ACTION ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_checkpoint" ADD CONSTRAINT "run_checkpoint_runId_fkey" FOREIGN KEY ("runId") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_shard" ADD CONSTRAINT "run_shard_runId_fkey" FOREIGN KEY ("runId") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;
