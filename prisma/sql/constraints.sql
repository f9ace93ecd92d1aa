-- What the database promises and Prisma's schema language cannot say. Part of the first migration.

ALTER TABLE "user" ADD CONSTRAINT user_principal_name_is_lower CHECK (user_principal_name = lower(user_principal_name));
ALTER TABLE "user" ADD CONSTRAINT user_type_known CHECK (user_type IN ('member', 'guest'));
ALTER TABLE "user" ADD CONSTRAINT user_guest_type_fits CHECK ((user_type = 'guest') = (guest_type IS NOT NULL));
ALTER TABLE "user" ADD CONSTRAINT user_handle_is_64_bytes CHECK (octet_length(user_handle) = 64);

ALTER TABLE authentication_method ADD CONSTRAINT authentication_method_origin_known CHECK (origin IN ('user', 'admin'));
ALTER TABLE authentication_method ADD CONSTRAINT authentication_method_kind_known
  CHECK (kind IN ('passkey', 'softwareOath', 'mobilePhone', 'email', 'temporaryAccessPass'));
-- One of a kind where the slot says so: phone, email and pass have a fixed slot, so the unique key allows one each.
ALTER TABLE authentication_method ADD CONSTRAINT authentication_method_slot_fits CHECK (
  CASE kind
    WHEN 'mobilePhone' THEN slot = 'mobile'
    WHEN 'email' THEN slot = 'email'
    WHEN 'temporaryAccessPass' THEN slot = 'temporaryAccessPass'
    ELSE slot = id::text
  END);
ALTER TABLE passkey ADD CONSTRAINT passkey_sign_count_is_unsigned_32 CHECK (sign_count BETWEEN 0 AND 4294967295);
ALTER TABLE passkey ADD CONSTRAINT passkey_credential_id_length CHECK (octet_length(credential_id) BETWEEN 1 AND 1023);
ALTER TABLE passkey ADD CONSTRAINT passkey_backup_state_needs_eligibility CHECK (backup_eligible OR NOT backup_state);
ALTER TABLE software_oath ADD CONSTRAINT software_oath_algorithm_known CHECK (algorithm IN ('SHA1', 'SHA256'));
ALTER TABLE software_oath ADD CONSTRAINT software_oath_period_known CHECK (period_seconds IN (30, 60));
ALTER TABLE temporary_access_pass ADD CONSTRAINT temporary_access_pass_ends_after_start CHECK (expires_at > starts_at);
ALTER TABLE session ADD CONSTRAINT session_stage_known CHECK (stage IN ('firstFactor', 'registration', 'full'));
ALTER TABLE conditional_access_policy ADD CONSTRAINT conditional_access_policy_state_known
  CHECK (state IN ('enabled', 'disabled', 'enabledForReportingButNotEnforced'));
ALTER TABLE audit_head ADD CONSTRAINT audit_head_is_one_row CHECK (id = 1);

-- The audit trail: written once, never changed, and chained when the change it tells of commits.
INSERT INTO audit_head (id, sequence, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

-- Runs at commit (deferred), so the lock on the head is held only for the commit itself and is always the last one
-- taken: it orders all events without a gap and cannot deadlock with the locks of the change.
CREATE FUNCTION audit_seal_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  head_sequence bigint;
  head_hash bytea;
  new_hash bytea;
BEGIN
  SELECT sequence, hash INTO STRICT head_sequence, head_hash FROM public.audit_head WHERE id = 1 FOR UPDATE;
  new_hash := sha256(head_hash || convert_to((head_sequence + 1)::text || E'\n' || NEW.record, 'UTF8'));
  INSERT INTO public.audit_seal (sequence, event_id, previous_hash, hash)
    VALUES (head_sequence + 1, NEW.id, head_hash, new_hash);
  UPDATE public.audit_head SET sequence = head_sequence + 1, hash = new_hash WHERE id = 1;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_event_seal AFTER INSERT ON audit_event
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_seal_event();

CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit rows are never changed or removed' USING ERRCODE = 'P0001';
END $$;

CREATE TRIGGER audit_event_no_change BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_seal_no_change BEFORE UPDATE OR DELETE ON audit_seal FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_seal_no_truncate BEFORE TRUNCATE ON audit_seal FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
