-- AlterTable
ALTER TABLE "team" ADD COLUMN     "deletedAt" TIMESTAMPTZ(3),
ADD COLUMN     "deletedById" TEXT,
ADD COLUMN     "purgeAfter" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "former_slug" (
    "slug" TEXT NOT NULL,
    "teamId" UUID NOT NULL,
    "heldUntil" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "former_slug_pkey" PRIMARY KEY ("slug")
);

-- CreateIndex
CREATE INDEX "former_slug_teamId_idx" ON "former_slug"("teamId");

-- AddForeignKey
ALTER TABLE "former_slug" ADD CONSTRAINT "former_slug_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
