-- What Prisma's language cannot say. Written by hand.

-- A budget is never over-spent, whatever the code above does.
ALTER TABLE "identity_budget"
  ADD CONSTRAINT "identity_budget_identities_within" CHECK (
    "reservedIdentities" >= 0 AND "usedIdentities" >= 0 AND "reservedIdentities"::bigint + "usedIdentities" <= "maxIdentities"),
  ADD CONSTRAINT "identity_budget_samples_within" CHECK (
    "reservedSamples" >= 0 AND "usedSamples" >= 0 AND "reservedSamples"::bigint + "usedSamples" <= "maxSamples"),
  ADD CONSTRAINT "identity_budget_separation_is_angle" CHECK ("minSeparation" >= 0 AND "minSeparation" <= pi());

-- A team has one budget of its own (a dataset's is unique by its column).
CREATE UNIQUE INDEX "identity_budget_of_team" ON "identity_budget" ("teamId") WHERE "datasetId" IS NULL;

ALTER TABLE "budget_reservation"
  ADD CONSTRAINT "budget_reservation_within" CHECK (
    "settledIdentities" BETWEEN 0 AND "identities" AND "settledSamples" BETWEEN 0 AND "samples");

ALTER TABLE "run"
  ADD CONSTRAINT "run_progress_is_share" CHECK ("progress" >= 0 AND "progress" <= 1),
  ADD CONSTRAINT "run_counts_positive" CHECK ("identityCount" >= 1 AND "samplesPerIdentity" >= 1),
  ADD CONSTRAINT "run_finished_when_over" CHECK (
    ("state" IN ('SUCCEEDED', 'FAILED', 'CANCELLED')) = ("finishedAt" IS NOT NULL)),
  ADD CONSTRAINT "run_failure_when_failed" CHECK (("state" = 'FAILED') = ("failure" IS NOT NULL));

-- Runs that are not over are few among all that ever were.
CREATE INDEX "run_unfinished" ON "run" ("createdAt") WHERE "state" IN ('QUEUED', 'RUNNING');

-- Sample 0 of an identity is its reference, and only that.
ALTER TABLE "sample"
  ADD CONSTRAINT "sample_reference_is_first" CHECK (("kind" = 'REFERENCE') = ("ordinal" = 0)),
  ADD CONSTRAINT "sample_ordinals_natural" CHECK ("identityOrdinal" >= 0 AND "ordinal" >= 0),
  ADD CONSTRAINT "sample_distance_is_angle" CHECK ("distanceToReference" >= 0);

-- Pages of references, and the covers of datasets.
CREATE INDEX "sample_references" ON "sample" ("runId", "identityOrdinal") WHERE "ordinal" = 0;

ALTER TABLE "dataset_version"
  ADD CONSTRAINT "dataset_version_number_positive" CHECK ("number" >= 1);
