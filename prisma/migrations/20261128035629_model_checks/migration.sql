-- AlterTable
ALTER TABLE "model_version" ADD COLUMN     "checkedAt" TIMESTAMPTZ(3),
ADD COLUMN     "createdById" TEXT,
ADD COLUMN     "refusal" TEXT;
