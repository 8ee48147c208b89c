-- AlterTable
ALTER TABLE "release_check" ADD COLUMN     "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
ADD COLUMN     "step" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "release_review" ADD COLUMN     "standing" JSONB;

-- CreateTable
CREATE TABLE "release_candidate" (
    "releaseId" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "versionId" UUID NOT NULL,
    "semanticVersion" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "notes" TEXT NOT NULL,
    "licence" TEXT NOT NULL,
    "termsText" TEXT NOT NULL,
    "isGated" BOOLEAN NOT NULL,
    "reach" "ReleaseReach" NOT NULL,
    "datasheet" JSONB NOT NULL,
    "galleries" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "release_candidate_pkey" PRIMARY KEY ("releaseId","digest")
);

-- CreateIndex
CREATE INDEX "release_candidate_versionId_idx" ON "release_candidate"("versionId");

-- AddForeignKey
ALTER TABLE "release_candidate" ADD CONSTRAINT "release_candidate_releaseId_fkey" FOREIGN KEY ("releaseId") REFERENCES "release"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_candidate" ADD CONSTRAINT "release_candidate_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "dataset_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What follows is written by hand: what Prisma's language cannot say, and what is known of the past.

-- The candidates of the releases there are, as they stand.
INSERT INTO "release_candidate" ("releaseId", "digest", "versionId", "semanticVersion", "title", "notes", "licence",
  "termsText", "isGated", "reach", "datasheet", "galleries", "createdAt")
SELECT r."id", r."candidateDigest", r."versionId", r."semanticVersion", r."title", r."notes", r."licence",
  r."termsText", r."isGated", r."reach", r."datasheet",
  ARRAY(
    SELECT g."name" || '@' || g."version" FROM "release_gallery" rg JOIN "gallery" g ON g."id" = rg."galleryId"
    WHERE rg."releaseId" = r."id" ORDER BY g."name", g."version"
  ),
  r."updatedAt"
FROM "release" r;

-- Those before an edit, which the audit log has kept in full.
INSERT INTO "release_candidate" ("releaseId", "digest", "versionId", "semanticVersion", "title", "notes", "licence",
  "termsText", "isGated", "reach", "datasheet", "galleries", "createdAt")
SELECT r."id", e."after"->>'candidateDigest', v."id", e."after"->>'semanticVersion', e."after"->>'title',
  e."after"->>'notes', e."after"->>'licence', e."after"->>'termsText', (e."after"->>'isGated')::boolean,
  (e."after"->>'reach')::"ReleaseReach", e."after"->'datasheet',
  ARRAY(SELECT jsonb_array_elements_text(e."after"->'galleries')), e."at"
FROM "audit_event" e
JOIN "release" r ON r."id"::text = e."entityId"
JOIN "dataset_version" v ON v."id"::text = e."after"->>'versionId'
WHERE e."entityType" = 'Release' AND e."action" IN ('release.create', 'release.update')
ORDER BY e."chain", e."sequence"
ON CONFLICT DO NOTHING;

CREATE FUNCTION "release_record_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'What was reviewed, and the review of it, never change: % of "%" is refused.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER "release_candidate_is_frozen" BEFORE UPDATE ON "release_candidate"
  FOR EACH ROW EXECUTE FUNCTION "release_record_refuse"();
CREATE TRIGGER "release_review_is_frozen" BEFORE UPDATE ON "release_review"
  FOR EACH ROW EXECUTE FUNCTION "release_record_refuse"();

ALTER TABLE "release_check" ADD CONSTRAINT "release_check_progress_share" CHECK ("progress" BETWEEN 0 AND 1);
