-- AlterTable
ALTER TABLE "activity" ADD COLUMN     "usedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateTable
CREATE TABLE "clean_up" (
    "id" UUID NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "clean_up_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "clean_up_mark" (
    "cleanUpId" UUID NOT NULL,
    "digest" TEXT NOT NULL,

    CONSTRAINT "clean_up_mark_pkey" PRIMARY KEY ("cleanUpId","digest")
);

-- CreateIndex
CREATE INDEX "activity_usedAt_idx" ON "activity"("usedAt");

-- AddForeignKey
ALTER TABLE "clean_up_mark" ADD CONSTRAINT "clean_up_mark_cleanUpId_fkey" FOREIGN KEY ("cleanUpId") REFERENCES "clean_up"("id") ON DELETE CASCADE ON UPDATE CASCADE;
