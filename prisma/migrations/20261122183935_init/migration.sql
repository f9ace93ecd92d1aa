-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "user" (
    "id" UUID NOT NULL,
    "user_principal_name" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "mail" TEXT,
    "user_type" TEXT NOT NULL DEFAULT 'member',
    "guest_type" TEXT,
    "home_tenant_id" TEXT,
    "account_enabled" BOOLEAN NOT NULL DEFAULT true,
    "password_hash" TEXT,
    "password_changed_at" TIMESTAMPTZ(3),
    "temporary_password_ends_at" TIMESTAMPTZ(3),
    "user_handle" BYTEA NOT NULL,
    "default_method_id" UUID,
    "must_reregister_since" TIMESTAMPTZ(3),
    "security_info_confirmed_at" TIMESTAMPTZ(3),
    "security_info_changed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group" (
    "id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "description" TEXT,
    "is_role_assignable" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "group_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "group_member" (
    "group_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,

    CONSTRAINT "group_member_pkey" PRIMARY KEY ("group_id","user_id")
);

-- CreateTable
CREATE TABLE "group_nesting" (
    "parent_id" UUID NOT NULL,
    "child_id" UUID NOT NULL,

    CONSTRAINT "group_nesting_pkey" PRIMARY KEY ("parent_id","child_id")
);

-- CreateTable
CREATE TABLE "role_assignment" (
    "user_id" UUID NOT NULL,
    "role_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "role_assignment_pkey" PRIMARY KEY ("user_id","role_id")
);

-- CreateTable
CREATE TABLE "authentication_method" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "slot" TEXT NOT NULL,
    "name" TEXT,
    "origin" TEXT NOT NULL DEFAULT 'user',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "consecutive_failures" INTEGER NOT NULL DEFAULT 0,
    "blocked_until" TIMESTAMPTZ(3),
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "authentication_method_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "passkey" (
    "method_id" UUID NOT NULL,
    "credential_id" BYTEA NOT NULL,
    "public_key" BYTEA NOT NULL,
    "algorithm" INTEGER NOT NULL,
    "sign_count" BIGINT NOT NULL,
    "aaguid" UUID NOT NULL,
    "backup_eligible" BOOLEAN NOT NULL,
    "backup_state" BOOLEAN NOT NULL,
    "transports" TEXT[],
    "attestation_format" TEXT NOT NULL,

    CONSTRAINT "passkey_pkey" PRIMARY KEY ("method_id")
);

-- CreateTable
CREATE TABLE "software_oath" (
    "method_id" UUID NOT NULL,
    "secret_sealed" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL DEFAULT 'SHA1',
    "period_seconds" INTEGER NOT NULL DEFAULT 30,
    "last_step" BIGINT NOT NULL,

    CONSTRAINT "software_oath_pkey" PRIMARY KEY ("method_id")
);

-- CreateTable
CREATE TABLE "phone" (
    "method_id" UUID NOT NULL,
    "phone_number" TEXT NOT NULL,

    CONSTRAINT "phone_pkey" PRIMARY KEY ("method_id")
);

-- CreateTable
CREATE TABLE "email" (
    "method_id" UUID NOT NULL,
    "email_address" TEXT NOT NULL,

    CONSTRAINT "email_pkey" PRIMARY KEY ("method_id")
);

-- CreateTable
CREATE TABLE "temporary_access_pass" (
    "method_id" UUID NOT NULL,
    "pass_hash" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "is_usable_once" BOOLEAN NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "wrong_tries" INTEGER NOT NULL DEFAULT 0,
    "created_by_id" UUID,

    CONSTRAINT "temporary_access_pass_pkey" PRIMARY KEY ("method_id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "admin_token_hash" BYTEA,
    "user_id" UUID NOT NULL,
    "stage" TEXT NOT NULL,
    "proofs" JSONB NOT NULL,
    "return_to" TEXT,
    "registration" JSONB,
    "interrupted_at" TIMESTAMPTZ(3),
    "correlation_id" UUID NOT NULL,
    "client_address" TEXT,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "idle_seconds" INTEGER,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "challenge" (
    "id" UUID NOT NULL,
    "session_id" UUID,
    "user_id" UUID,
    "browser_hash" BYTEA,
    "kind" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "method_id" UUID,
    "data_sealed" TEXT NOT NULL,
    "code_hash" BYTEA,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "sends" INTEGER NOT NULL DEFAULT 0,
    "last_sent_at" TIMESTAMPTZ(3),
    "code_expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "consumed_at" TIMESTAMPTZ(3),

    CONSTRAINT "challenge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "conditional_access_policy" (
    "id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "document" JSONB NOT NULL,
    "description" TEXT,
    "template_id" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "modified_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "conditional_access_policy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "named_location" (
    "id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "document" JSONB NOT NULL,
    "is_trusted" BOOLEAN NOT NULL DEFAULT false,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "modified_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "named_location_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "authentication_strength_policy" (
    "id" UUID NOT NULL,
    "display_name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "allowed_combinations" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "modified_at" TIMESTAMPTZ(3),

    CONSTRAINT "authentication_strength_policy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "tenant_policy" (
    "name" TEXT NOT NULL,
    "document" JSONB NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "modified_at" TIMESTAMPTZ(3),

    CONSTRAINT "tenant_policy_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "service" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "activity" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "target_id" TEXT,
    "correlation_id" TEXT,
    "record" TEXT NOT NULL,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_seal" (
    "sequence" BIGINT NOT NULL,
    "event_id" BIGINT NOT NULL,
    "previous_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_seal_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "audit_head" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "sequence" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_log" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "user_id" UUID,
    "user_principal_name" TEXT,
    "target" TEXT NOT NULL,
    "client_address" TEXT,
    "address_source" TEXT NOT NULL,
    "user_agent" TEXT,
    "error_code" INTEGER NOT NULL,
    "failure_reason" TEXT,
    "authentication_details" JSONB NOT NULL,
    "conditional_access_status" TEXT NOT NULL,
    "applied_policies" JSONB NOT NULL,
    "correlation_id" UUID NOT NULL,
    "request_id" TEXT NOT NULL,

    CONSTRAINT "sign_in_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox_message" (
    "id" UUID NOT NULL,
    "channel" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "payload_sealed" TEXT NOT NULL,
    "user_id" UUID,
    "template" TEXT NOT NULL,
    "to_masked" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "not_after" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "leased_until" TIMESTAMPTZ(3),
    "state" TEXT NOT NULL DEFAULT 'pending',
    "ended_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "outbox_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "throttle_counter" (
    "key" TEXT NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,
    "locks" INTEGER NOT NULL DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),
    "remembered" BYTEA[],
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "throttle_counter_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_user_principal_name_key" ON "user"("user_principal_name");

-- CreateIndex
CREATE UNIQUE INDEX "user_user_handle_key" ON "user"("user_handle");

-- CreateIndex
CREATE INDEX "user_display_name_id_idx" ON "user"("display_name", "id");

-- CreateIndex
CREATE INDEX "user_security_info_changed_at_id_idx" ON "user"("security_info_changed_at", "id");

-- CreateIndex
CREATE UNIQUE INDEX "user_default_method_id_id_key" ON "user"("default_method_id", "id");

-- CreateIndex
CREATE INDEX "group_member_user_id_idx" ON "group_member"("user_id");

-- CreateIndex
CREATE INDEX "group_nesting_child_id_idx" ON "group_nesting"("child_id");

-- CreateIndex
CREATE INDEX "role_assignment_role_id_idx" ON "role_assignment"("role_id");

-- CreateIndex
CREATE INDEX "authentication_method_kind_idx" ON "authentication_method"("kind");

-- CreateIndex
CREATE UNIQUE INDEX "authentication_method_user_id_kind_slot_key" ON "authentication_method"("user_id", "kind", "slot");

-- CreateIndex
CREATE UNIQUE INDEX "authentication_method_id_user_id_key" ON "authentication_method"("id", "user_id");

-- CreateIndex
CREATE UNIQUE INDEX "passkey_credential_id_key" ON "passkey"("credential_id");

-- CreateIndex
CREATE INDEX "phone_phone_number_idx" ON "phone"("phone_number");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_hash_key" ON "session"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "session_admin_token_hash_key" ON "session"("admin_token_hash");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "session_expires_at_idx" ON "session"("expires_at");

-- CreateIndex
CREATE INDEX "challenge_user_id_idx" ON "challenge"("user_id");

-- CreateIndex
CREATE INDEX "challenge_expires_at_idx" ON "challenge"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "challenge_session_id_kind_purpose_key" ON "challenge"("session_id", "kind", "purpose");

-- CreateIndex
CREATE INDEX "audit_event_at_id_idx" ON "audit_event"("at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "audit_event_target_id_id_idx" ON "audit_event"("target_id", "id" DESC);

-- CreateIndex
CREATE INDEX "audit_event_actor_id_id_idx" ON "audit_event"("actor_id", "id" DESC);

-- CreateIndex
CREATE INDEX "audit_event_activity_id_idx" ON "audit_event"("activity", "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "audit_seal_event_id_key" ON "audit_seal"("event_id");

-- CreateIndex
CREATE INDEX "sign_in_log_at_id_idx" ON "sign_in_log"("at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "sign_in_log_user_id_at_idx" ON "sign_in_log"("user_id", "at" DESC);

-- CreateIndex
CREATE INDEX "outbox_message_state_lane_next_attempt_at_idx" ON "outbox_message"("state", "lane", "next_attempt_at");

-- CreateIndex
CREATE INDEX "outbox_message_user_id_created_at_idx" ON "outbox_message"("user_id", "created_at");

-- CreateIndex
CREATE INDEX "throttle_counter_expires_at_idx" ON "throttle_counter"("expires_at");

-- AddForeignKey
ALTER TABLE "user" ADD CONSTRAINT "user_default_method_id_id_fkey" FOREIGN KEY ("default_method_id", "id") REFERENCES "authentication_method"("id", "user_id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "group_member" ADD CONSTRAINT "group_member_group_id_fkey" FOREIGN KEY ("group_id") REFERENCES "group"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_member" ADD CONSTRAINT "group_member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_nesting" ADD CONSTRAINT "group_nesting_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "group"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_nesting" ADD CONSTRAINT "group_nesting_child_id_fkey" FOREIGN KEY ("child_id") REFERENCES "group"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "role_assignment" ADD CONSTRAINT "role_assignment_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "authentication_method" ADD CONSTRAINT "authentication_method_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_method_id_fkey" FOREIGN KEY ("method_id") REFERENCES "authentication_method"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "software_oath" ADD CONSTRAINT "software_oath_method_id_fkey" FOREIGN KEY ("method_id") REFERENCES "authentication_method"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "phone" ADD CONSTRAINT "phone_method_id_fkey" FOREIGN KEY ("method_id") REFERENCES "authentication_method"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "email" ADD CONSTRAINT "email_method_id_fkey" FOREIGN KEY ("method_id") REFERENCES "authentication_method"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "temporary_access_pass" ADD CONSTRAINT "temporary_access_pass_method_id_fkey" FOREIGN KEY ("method_id") REFERENCES "authentication_method"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "challenge" ADD CONSTRAINT "challenge_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "challenge" ADD CONSTRAINT "challenge_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_seal" ADD CONSTRAINT "audit_seal_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "audit_event"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

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
