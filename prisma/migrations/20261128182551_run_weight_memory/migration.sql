-- AlterTable
ALTER TABLE "run" ADD COLUMN     "weightMemoryMb" INTEGER;
