-- What Prisma's language cannot say. Written by hand.

-- What is published stays as it was approved, whatever a service gets wrong: the candidate never changes again, and the state
-- goes on to RETRACTED and nowhere else. Only what was approved is published, and with its manifest.
CREATE FUNCTION "release_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Release % never changes in that way: % of "%" is refused.', OLD."number", TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER "release_published_is_frozen" BEFORE UPDATE ON "release"
  FOR EACH ROW WHEN (OLD."publishedAt" IS NOT NULL AND (
    NEW."datasetId" <> OLD."datasetId" OR NEW."number" <> OLD."number" OR NEW."versionId" <> OLD."versionId"
    OR NEW."semanticVersion" <> OLD."semanticVersion" OR NEW."heldVersion" IS DISTINCT FROM OLD."heldVersion"
    OR NEW."title" <> OLD."title" OR NEW."notes" <> OLD."notes" OR NEW."licence" <> OLD."licence"
    OR NEW."termsText" <> OLD."termsText" OR NEW."isGated" <> OLD."isGated" OR NEW."reach" <> OLD."reach"
    OR NEW."datasheet" <> OLD."datasheet" OR NEW."candidateDigest" <> OLD."candidateDigest"
    OR NEW."authorId" <> OLD."authorId" OR NEW."editorIds" <> OLD."editorIds"
    OR NEW."publishedAt" IS DISTINCT FROM OLD."publishedAt" OR NEW."publishedById" IS DISTINCT FROM OLD."publishedById"
  ))
  EXECUTE FUNCTION "release_refuse"();

CREATE TRIGGER "release_state_forward" BEFORE UPDATE ON "release"
  FOR EACH ROW WHEN (NEW."state" <> OLD."state" AND (
    OLD."state" IN ('WITHDRAWN', 'RETRACTED')
    OR (OLD."state" = 'PUBLISHED' AND NEW."state" <> 'RETRACTED')
    OR (OLD."state" <> 'PUBLISHED' AND NEW."state" = 'RETRACTED')
    OR (OLD."state" <> 'APPROVED' AND NEW."state" = 'PUBLISHED')
  ))
  EXECUTE FUNCTION "release_refuse"();

CREATE FUNCTION "release_manifest_required"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM "release_manifest" WHERE "releaseId" = NEW."id") THEN
    RAISE EXCEPTION 'Release % has no manifest, so it cannot be published.', NEW."number" USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER "release_published_with_manifest" BEFORE UPDATE ON "release"
  FOR EACH ROW WHEN (NEW."state" = 'PUBLISHED' AND OLD."state" <> 'PUBLISHED')
  EXECUTE FUNCTION "release_manifest_required"();

CREATE FUNCTION "release_manifest_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A manifest that was signed never changes: % of "%" is refused.', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER "release_manifest_is_frozen" BEFORE UPDATE ON "release_manifest"
  FOR EACH ROW EXECUTE FUNCTION "release_manifest_refuse"();
