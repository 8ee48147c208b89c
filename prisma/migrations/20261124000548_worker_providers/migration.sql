-- AlterTable
ALTER TABLE "worker" ADD COLUMN     "providers" JSONB NOT NULL DEFAULT '[]';
