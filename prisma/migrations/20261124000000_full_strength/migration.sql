-- The log in partitions, guards that are registered later, and rights for an application that can't change history.

-- Events are partitioned by position, so that old ones can be exported and detached. What is there becomes the first
-- partition as it is, without a copy.
ALTER TABLE "log_head"
  ADD COLUMN "partition_size" BIGINT NOT NULL DEFAULT 10000000,
  ADD COLUMN "partitioned_until" BIGINT NOT NULL DEFAULT 1;
UPDATE "log_head" SET "partitioned_until" = (("position" / "partition_size") + 1) * "partition_size" + 1;

DROP TRIGGER "event_is_history" ON "event";
ALTER TABLE "event" RENAME TO "event_1";
ALTER TABLE "event_1" RENAME CONSTRAINT "event_pkey" TO "event_1_pkey";
ALTER INDEX "event_key_position_idx" RENAME TO "event_1_key_position_idx";
ALTER INDEX "event_kind_position_idx" RENAME TO "event_1_kind_position_idx";

CREATE TABLE "event" (
  "position" BIGINT NOT NULL,
  "key" TEXT NOT NULL,
  "sequence" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "payload" JSONB NOT NULL,
  "actor" JSONB NOT NULL,
  "occurred_at" TIMESTAMPTZ(3) NOT NULL,
  "hash" TEXT NOT NULL,
  CONSTRAINT "event_pkey" PRIMARY KEY ("position")
) PARTITION BY RANGE ("position");
CREATE INDEX "event_key_position_idx" ON "event" ("key", "position");
CREATE INDEX "event_kind_position_idx" ON "event" ("kind", "position");

-- Makes a table a partition of the log, or the next one ready before it is needed. A change that names a partition
-- rather than the log is refused too, and nobody keeps rights on a partition that default privileges have given.
CREATE FUNCTION "pulse_attach_partition"(partition regclass, first_position bigint, next_position bigint) RETURNS void
  LANGUAGE plpgsql AS $$
DECLARE
  grantee text;
BEGIN
  FOR grantee IN
    SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END
      FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = partition AND a.grantee <> c.relowner
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s', partition, grantee);
  END LOOP;
  EXECUTE format('ALTER TABLE event ATTACH PARTITION %s FOR VALUES FROM (%s) TO (%s)', partition, first_position, next_position);
  EXECUTE format('CREATE TRIGGER event_is_history BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', partition);
END
$$;

-- Makes partitions ahead until those after a position would last for half a partition more. Called while the log's head
-- is locked, so by one at a time. When someone else alters the log just then, such as a DETACH or an ANALYZE, it leaves
-- that to a later append, and waits only when the position has no partition yet.
CREATE FUNCTION "pulse_make_partitions"(last_position bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  head log_head%ROWTYPE;
  partition text;
BEGIN
  LOOP
    SELECT * INTO STRICT head FROM log_head FOR UPDATE;
    EXIT WHEN head.partitioned_until - last_position > head.partition_size / 2;
    IF last_position >= head.partitioned_until THEN LOCK TABLE event IN SHARE UPDATE EXCLUSIVE MODE;
    ELSE LOCK TABLE event IN SHARE UPDATE EXCLUSIVE MODE NOWAIT;
    END IF;
    partition := 'event_' || head.partitioned_until;
    EXECUTE format('CREATE TABLE %I (LIKE event INCLUDING ALL)', partition);
    PERFORM pulse_attach_partition(format('%I', partition)::regclass, head.partitioned_until, head.partitioned_until + head.partition_size);
    UPDATE log_head SET partitioned_until = head.partitioned_until + head.partition_size;
  END LOOP;
EXCEPTION WHEN lock_not_available THEN
  IF last_position >= head.partitioned_until THEN RAISE; END IF;
  RAISE LOG 'the log is being altered; its next partition is made later';
END
$$;

SELECT pulse_attach_partition('event_1', 1, "partitioned_until") FROM "log_head";
CREATE TRIGGER "event_is_history" BEFORE UPDATE OR DELETE OR TRUNCATE ON "event"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- Lists are read in the order of one index each, newest start first. What changes with every round is in none of them, so
-- that most updates of a workflow touch no index: hence a column for whether it needs an adapter, and which one.
CREATE FUNCTION "workflow_claimable_name"("status" text, "role" text, "name" text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN "status" = 'active' OR "role" IS NOT NULL THEN "name" END;
ALTER TABLE "workflow" ADD COLUMN "claimable_name" TEXT
  GENERATED ALWAYS AS (workflow_claimable_name("status", "role", "name")) STORED;
DROP INDEX "workflow_start_position_key", "workflow_status_start_position_idx", "workflow_name_start_position_idx", "workflow_claimable_idx";
CREATE INDEX "workflow_started_at_start_position_idx" ON "workflow" ("started_at", "start_position");
CREATE INDEX "workflow_status_started_at_start_position_idx" ON "workflow" ("status", "started_at", "start_position");
CREATE INDEX "workflow_name_started_at_start_position_idx" ON "workflow" ("name", "started_at", "start_position");
CREATE INDEX "workflow_status_name_started_at_start_position_idx" ON "workflow" ("status", "name", "started_at", "start_position");
CREATE INDEX "workflow_claimable_idx" ON "workflow" ("claimable_name", "started_at", "start_position") WHERE "claimable_name" IS NOT NULL;

ALTER TABLE "lease" ADD COLUMN "name" TEXT;
UPDATE "lease" SET "name" = "workflow"."name" FROM "workflow" WHERE "workflow"."key" = "lease"."key";
ALTER TABLE "lease" ALTER COLUMN "name" SET NOT NULL;
CREATE INDEX "lease_name_expires_at_idx" ON "lease" ("name", "expires_at");

CREATE INDEX "refusal_kind_id_idx" ON "refusal" ("kind", "id");
CREATE INDEX "refusal_after_position_id_idx" ON "refusal" ("after_position", "id");

-- What a search looks at, and the index that finds what is rare. Both labels are in it because a term that is common among
-- all may be rare among some. Where the server has no pg_trgm for us, a search reads the list in order, as far as it must.
CREATE FUNCTION "workflow_text"("key" text, "reason" text, "started_by" jsonb, "aborted_by" jsonb) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN "key" || chr(31) || coalesce("reason", '') || chr(31) || coalesce("started_by"->>'name', '') || chr(31) || coalesce("aborted_by"->>'name', '');
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX workflow_search_idx ON workflow USING gin
    ((ARRAY[status, '.' || name]), workflow_text(key, reason, started_by, aborted_by) gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR undefined_object THEN
  RAISE WARNING 'searches will be slow on a long list: pg_trgm can''t be used here (%)', SQLERRM;
END
$$;

-- The definitions of guards that were applied, by the hash of their content. Which of them are in force is the state of
-- the guard `guard-registry` for the key `pulse`.
CREATE TABLE "guard" (
  "version" TEXT NOT NULL,
  "definition" JSONB NOT NULL,
  CONSTRAINT "guard_pkey" PRIMARY KEY ("version")
);

-- What every append brings comes as rows of these types, which cost half of what JSON objects cost to read. An event's actor
-- is its place in the batch's list of actors; a workflow's last_event its number in the batch, from 1.
CREATE TYPE "appended_stream" AS (
  key text, sequence int, epoch int, prior_hash text, next_sequence int, next_epoch int, guard_states jsonb, hash text
);
CREATE TYPE "appended_workflow" AS (
  key text, status text, round int, role text, updated_at timestamptz, ended_at timestamptz, aborted_by jsonb, reason text,
  outcome text, last_event int
);
CREATE TYPE "appended_event" AS (
  key text, sequence int, kind text, payload jsonb, actor int, occurred_at timestamptz, hash text
);

-- Writes one batch of appends whose guards have passed, and the refusals of those whose guards have not.
--
-- Takes:   batch: {id, guardsHash, actors: [actor],
--            begun: [{key, name, status, round, maxRounds, role, startedAt, updatedAt, endedAt, startedBy, abortedBy, reason,
--                     outcome, startEvent, lastEvent}],
--            refusals: [{key, afterEvents, kind, payload, actor, guard, check, state, occurredAt}],
--            commands: [{id, key, first, last, refusal}],
--            definitions: [{version, definition}], where guards are applied};
--          streams: one for each key; workflows: those that went on; events: in order.
--          `guardsHash` is the last hash of the key `pulse` as the guards in force were read from it;
--          `sequence`, `epoch` and `prior_hash` of a stream are what its guards were evaluated against: the hash tells
--          another event at the same sequence; `begun` are the workflows that began; `afterEvents` is how many of the
--          events precede the refusal; a command's `refusal` is the index of its refusal, or null.
-- Returns: {position, refusals, conflicts: [key], repeated: [{id, key, first, last, refusal}]}
--          `position` and `refusals` are the head before the batch. A key in `conflicts`, or of a repeated command, has
--          had nothing written: evaluate it again. When the guards have changed, `pulse` is in conflict and all are.
-- Locks:   an advisory lock, the row of log_head, then stream rows. Whoever holds them is the only writer, so positions and
--          refusal ids are gapless and in commit order. The advisory lock is there since it needs no transaction id: who
--          waits for a row that is being updated may have got one too early, and an audit reads in what order rows were
--          written. Call it as a statement of its own, never in a client's transaction.
-- Nulls:   jsonb_to_recordset reads a JSON null as an SQL NULL; payloads and states of refusals are turned back.
-- Repeats: a batch id that was seen before returns its first result and writes nothing.
-- Rights:  as its owner, so that the application's role needs none on what it writes.
DROP FUNCTION "pulse_append"(jsonb);
CREATE FUNCTION "pulse_append"(
  batch jsonb, streams appended_stream[], workflows appended_workflow[], events appended_event[]
) RETURNS jsonb
  LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  head log_head%ROWTYPE;
  result jsonb;
  repeated jsonb := '[]';
  skipped text[] := '{}';
  conflicts text[];
  accepted text[];
  positions bigint[];
  actors CONSTANT jsonb := batch->'actors';
  refused bigint := 0;
  chain text;
  link text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('pulse_append'));
  SELECT * INTO STRICT head FROM log_head FOR UPDATE;

  SELECT c.result INTO result FROM command c WHERE c.id = batch->>'id';
  IF FOUND THEN RETURN result; END IF;

  IF coalesce((SELECT s.hash FROM stream s WHERE s.key = 'pulse'), repeat('0', 64)) <> (batch->>'guardsHash') THEN
    RETURN jsonb_build_object('position', head.position, 'refusals', head.refusals,
                              'conflicts', (SELECT coalesce(jsonb_agg(s.key), '[]') FROM unnest(streams) s) || '["pulse"]',
                              'repeated', repeated);
  END IF;

  IF head.partitioned_until - head.position - cardinality(events) <= head.partition_size / 2 THEN
    PERFORM pulse_make_partitions(head.position + cardinality(events));
  END IF;

  IF jsonb_array_length(batch->'commands') > 0 THEN
    SELECT coalesce(jsonb_agg(c.result || jsonb_build_object('id', c.id)), '[]'), coalesce(array_agg(asked.key), '{}')
      INTO repeated, skipped
      FROM jsonb_to_recordset(batch->'commands') AS asked(id text, key text) JOIN command c ON c.id = asked.id;
  END IF;

  WITH wanted AS MATERIALIZED (
    SELECT * FROM unnest(streams) w WHERE NOT w.key = ANY (skipped)
  ), moved AS (
    UPDATE stream s SET sequence = w.next_sequence, lease_epoch = w.next_epoch, guard_states = w.guard_states, hash = w.hash
    FROM wanted w
    WHERE s.key = w.key AND s.sequence = w.sequence AND s.hash = w.prior_hash AND s.lease_epoch = w.epoch
      AND w.next_sequence > w.sequence
    RETURNING s.key
  ), begun AS (
    INSERT INTO stream (key, sequence, lease_epoch, guard_states, hash)
    SELECT w.key, w.next_sequence, w.next_epoch, w.guard_states, w.hash
    FROM wanted w WHERE w.sequence = 0 AND w.next_sequence > 0
    ON CONFLICT (key) DO NOTHING
    RETURNING key
  ), unmoved AS (
    SELECT w.key FROM wanted w LEFT JOIN stream s ON s.key = w.key
    WHERE w.next_sequence = w.sequence AND coalesce(s.sequence, 0) = w.sequence AND coalesce(s.lease_epoch, 0) = w.epoch
      AND coalesce(s.hash, w.prior_hash) = w.prior_hash
  ), passed AS (
    SELECT key FROM moved UNION ALL SELECT key FROM begun UNION ALL SELECT key FROM unmoved
  )
  SELECT array(SELECT key FROM wanted EXCEPT SELECT key FROM passed) INTO conflicts;
  skipped := skipped || conflicts;

  -- Of each event of the batch; one that is skipped has the position of the one before it.
  positions := array(SELECT head.position + sum((NOT e.key = ANY (skipped))::int) OVER (ORDER BY e.nth)
                     FROM unnest(events) WITH ORDINALITY AS e(key, sequence, kind, payload, actor, occurred_at, hash, nth));

  INSERT INTO event (position, key, sequence, kind, payload, actor, occurred_at, hash)
  SELECT e.position, e.key, e.sequence, e.kind, e.payload, actors->e.actor, e.occurred_at, e.hash
  FROM unnest(positions, events) AS e(position, key, sequence, kind, payload, actor, occurred_at, hash)
  WHERE NOT e.key = ANY (skipped);

  UPDATE workflow w SET status = n.status, round = n.round, role = n.role, updated_at = n.updated_at, ended_at = n.ended_at,
         aborted_by = n.aborted_by, reason = n.reason, outcome = n.outcome, position = positions[n.last_event]
  FROM unnest(workflows) n
  WHERE w.key = n.key AND NOT n.key = ANY (skipped);

  IF jsonb_array_length(batch->'begun') > 0 THEN
    INSERT INTO workflow (key, name, status, round, max_rounds, role, started_at, updated_at, ended_at, started_by,
                          aborted_by, reason, outcome, position, start_position)
    SELECT b.key, b.name, b.status, b.round, b."maxRounds", b.role, b."startedAt", b."updatedAt", b."endedAt", b."startedBy",
           b."abortedBy", b.reason, b.outcome, positions[b."lastEvent"], positions[b."startEvent"]
    FROM jsonb_to_recordset(batch->'begun') AS b(key text, name text, status text, round int, "maxRounds" int, role text,
      "startedAt" timestamptz, "updatedAt" timestamptz, "endedAt" timestamptz, "startedBy" jsonb, "abortedBy" jsonb,
      reason text, outcome text, "startEvent" int, "lastEvent" int)
    WHERE NOT b.key = ANY (skipped);
  END IF;

  accepted := array(SELECT e.hash FROM unnest(positions, events) AS e(position, key, sequence, kind, payload, actor, occurred_at, hash)
                    WHERE NOT e.key = ANY (skipped) ORDER BY e.position);

  IF batch ? 'definitions' AND NOT 'pulse' = ANY (skipped) THEN
    INSERT INTO guard (version, definition)
    SELECT d.version, d.definition FROM jsonb_to_recordset(batch->'definitions') AS d(version text, definition jsonb)
    ON CONFLICT (version) DO NOTHING;
  END IF;

  IF jsonb_array_length(batch->'refusals') > 0 OR jsonb_array_length(batch->'commands') > 0 THEN
    WITH kept AS (
      SELECT r.*, row_number() OVER (ORDER BY nth) AS rank
      FROM ROWS FROM (jsonb_to_recordset(batch->'refusals')
        AS (key text, "afterEvents" int, kind text, payload jsonb, actor jsonb, guard text, "check" text, state jsonb,
            "occurredAt" timestamptz))
        WITH ORDINALITY AS r(key, "afterEvents", kind, payload, actor, guard, "check", state, "occurredAt", nth)
      WHERE NOT r.key = ANY (skipped)
    ), written AS (
      INSERT INTO refusal (id, after_position, key, kind, payload, actor, guard, "check", state, occurred_at)
      SELECT head.refusals + k.rank,
             coalesce(positions[k."afterEvents"], head.position),
             k.key, k.kind, coalesce(k.payload, 'null'), k.actor, k.guard, k."check", coalesce(k.state, 'null'), k."occurredAt"
      FROM kept k RETURNING id
    ), answered AS (
      INSERT INTO command (id, result, expires_at)
      SELECT c.id, jsonb_build_object('key', c.key, 'first', c.first, 'last', c.last, 'refusal', head.refusals + k.rank),
             now() + interval '7 days'
      FROM jsonb_to_recordset(batch->'commands') AS c(id text, key text, first int, last int, refusal int)
      LEFT JOIN kept k ON k.nth = c.refusal + 1
      WHERE NOT c.key = ANY (skipped)
    )
    SELECT count(*) INTO refused FROM written;
  END IF;

  IF cardinality(accepted) > 0 OR refused > 0 THEN
    chain := head.hash;
    FOREACH link IN ARRAY accepted LOOP
      chain := encode(sha256(convert_to(chain || link, 'UTF8')), 'hex');
    END LOOP;
    UPDATE log_head SET position = head.position + cardinality(accepted), refusals = head.refusals + refused, hash = chain;
    PERFORM pg_notify('pulse', (head.position + cardinality(accepted)) || ' ' || (head.refusals + refused));
  END IF;

  result := jsonb_build_object('position', head.position, 'refusals', head.refusals,
                               'conflicts', to_jsonb(conflicts), 'repeated', repeated);
  INSERT INTO command (id, result, expires_at) VALUES (batch->>'id', result, now() + interval '1 hour');
  RETURN result;
END
$$;

-- What acts as its owner looks for its tables in this schema only, and may be called by none but whom the owner names.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION pulse_append SET search_path = %I, pg_temp', current_schema());
  EXECUTE format('ALTER FUNCTION pulse_make_partitions(bigint) SET search_path = %I, pg_temp', current_schema());
END
$$;
REVOKE ALL ON FUNCTION "pulse_append", "pulse_make_partitions"(bigint), "pulse_attach_partition"(regclass, bigint, bigint) FROM PUBLIC;
