-- AlterTable
ALTER TABLE "gallery" ADD COLUMN     "labelsDigest" TEXT,
ADD COLUMN     "people" INTEGER;

-- What Prisma's language cannot say. Written by hand.
ALTER TABLE "gallery"
  ADD CONSTRAINT "gallery_people_with_labels" CHECK (("labelsDigest" IS NULL) = ("people" IS NULL) AND "people" >= 1);
