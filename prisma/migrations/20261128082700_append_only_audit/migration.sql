-- What Prisma's language cannot say. Written by hand.

-- The log only grows. The hash chain tells of whoever goes round this, as an owner of the tables can.
CREATE FUNCTION "audit_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit log only grows: % of "%" is refused.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER "audit_event_append_only" BEFORE UPDATE OR DELETE ON "audit_event"
  FOR EACH ROW EXECUTE FUNCTION "audit_refuse"();
CREATE TRIGGER "audit_event_no_truncate" BEFORE TRUNCATE ON "audit_event"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_refuse"();
CREATE TRIGGER "audit_chain_no_delete" BEFORE DELETE ON "audit_chain"
  FOR EACH ROW EXECUTE FUNCTION "audit_refuse"();
CREATE TRIGGER "audit_chain_no_truncate" BEFORE TRUNCATE ON "audit_chain"
  FOR EACH STATEMENT EXECUTE FUNCTION "audit_refuse"();

-- The head of a chain only moves on, by one event at a time.
CREATE TRIGGER "audit_chain_forward" BEFORE UPDATE ON "audit_chain"
  FOR EACH ROW WHEN (NEW."chain" <> OLD."chain" OR NEW."sequence" <> OLD."sequence" + 1)
  EXECUTE FUNCTION "audit_refuse"();

ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_sequence_positive" CHECK ("sequence" >= 1);

-- One invitation of an address to a team is open at a time.
CREATE UNIQUE INDEX "invitation_open" ON "invitation" ("teamId", "email") WHERE "acceptedAt" IS NULL AND "withdrawnAt" IS NULL;
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_ended_once" CHECK ("acceptedAt" IS NULL OR "withdrawnAt" IS NULL);
