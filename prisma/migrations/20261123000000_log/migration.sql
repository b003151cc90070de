-- The log, its read model, and the two rules that the database itself keeps: one append function, no change to history.

CREATE TABLE "log_head" (
  "id" BOOLEAN NOT NULL DEFAULT true,
  "log_id" TEXT NOT NULL,
  "position" BIGINT NOT NULL DEFAULT 0,
  "refusals" BIGINT NOT NULL DEFAULT 0,
  "hash" TEXT NOT NULL,
  CONSTRAINT "log_head_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "log_head_is_one_row" CHECK ("id")
);

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
);

CREATE TABLE "refusal" (
  "id" BIGINT NOT NULL,
  "after_position" BIGINT NOT NULL,
  "key" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "payload" JSONB NOT NULL,
  "actor" JSONB NOT NULL,
  "guard" TEXT NOT NULL,
  "check" TEXT NOT NULL,
  "state" JSONB NOT NULL,
  "occurred_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "refusal_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "stream" (
  "key" TEXT NOT NULL,
  "sequence" INTEGER NOT NULL,
  "guard_states" JSONB NOT NULL,
  "lease_epoch" INTEGER NOT NULL DEFAULT 0,
  "hash" TEXT NOT NULL,
  CONSTRAINT "stream_pkey" PRIMARY KEY ("key")
) WITH (fillfactor = 70);

CREATE TABLE "workflow" (
  "key" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "status" TEXT NOT NULL,
  "round" INTEGER NOT NULL,
  "max_rounds" INTEGER,
  "role" TEXT,
  "started_at" TIMESTAMPTZ(3) NOT NULL,
  "updated_at" TIMESTAMPTZ(3) NOT NULL,
  "ended_at" TIMESTAMPTZ(3),
  "started_by" JSONB NOT NULL,
  "aborted_by" JSONB,
  "reason" TEXT,
  "outcome" TEXT,
  "position" BIGINT NOT NULL,
  "start_position" BIGINT NOT NULL,
  CONSTRAINT "workflow_pkey" PRIMARY KEY ("key")
) WITH (fillfactor = 70);

CREATE TABLE "command" (
  "id" TEXT NOT NULL,
  "result" JSONB NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "command_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "lease" (
  "key" TEXT NOT NULL,
  "adapter_id" TEXT NOT NULL,
  "epoch" INTEGER NOT NULL,
  "expires_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "lease_pkey" PRIMARY KEY ("key")
);

CREATE TABLE "adapter" (
  "id" TEXT NOT NULL,
  "host" TEXT NOT NULL,
  "pid" INTEGER NOT NULL,
  "version" TEXT NOT NULL,
  "capacity" INTEGER NOT NULL,
  "definitions" TEXT[],
  "started_at" TIMESTAMPTZ(3) NOT NULL,
  "seen_at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "adapter_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "event_key_position_idx" ON "event" ("key", "position");
CREATE INDEX "event_kind_position_idx" ON "event" ("kind", "position");
CREATE INDEX "refusal_key_id_idx" ON "refusal" ("key", "id");
CREATE UNIQUE INDEX "workflow_start_position_key" ON "workflow" ("start_position");
CREATE INDEX "workflow_status_start_position_idx" ON "workflow" ("status", "start_position" DESC);
CREATE INDEX "workflow_name_start_position_idx" ON "workflow" ("name", "start_position" DESC);
CREATE INDEX "workflow_claimable_idx" ON "workflow" ("key") WHERE "status" = 'active' OR "role" IS NOT NULL;
CREATE INDEX "command_expires_at_idx" ON "command" ("expires_at");
CREATE INDEX "lease_adapter_id_idx" ON "lease" ("adapter_id");

INSERT INTO "log_head" ("log_id", "hash") VALUES (substr(replace(gen_random_uuid()::text, '-', ''), 1, 12), repeat('0', 64));

-- History does not change.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: history does not change', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege', HINT = 'Append an event that corrects it.';
END
$$;
CREATE TRIGGER "event_is_history" BEFORE UPDATE OR DELETE OR TRUNCATE ON "event"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "refusal_is_history" BEFORE UPDATE OR DELETE OR TRUNCATE ON "refusal"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- Writes one batch of appends whose guards have passed, and the refusals of those whose guards have not.
--
-- Takes:   {id, streams: [{key, sequence, epoch, priorHash, nextSequence, nextEpoch, guardStates, hash, workflow}],
--           events: [{key, sequence, kind, payload, actor, occurredAt, hash}],
--           refusals: [{key, afterEvents, kind, payload, actor, guard, check, state, occurredAt}],
--           commands: [{id, key, first, last, refusal}]}
--          `sequence`, `epoch` and `priorHash` of a stream are what its guards were evaluated against: the hash tells
--          another event at the same sequence; `afterEvents` is how many of
--          `events` precede the refusal; a command's `refusal` is the index of its refusal, or null.
-- Returns: {position, refusals, conflicts: [key], repeated: [{id, key, first, last, refusal}]}
--          `position` and `refusals` are the head before the batch. A key in `conflicts`, or of a repeated command, has
--          had nothing written: evaluate it again.
-- Locks:   the row of log_head first, then stream rows. Whoever holds it is the only writer, so positions and refusal
--          ids are gapless and in commit order. Call it as a statement of its own, never in a client's transaction.
-- Nulls:   jsonb_to_recordset reads a JSON null as an SQL NULL; payloads and states are turned back.
-- Repeats: a batch id that was seen before returns its first result and writes nothing.
CREATE FUNCTION "pulse_append"(batch jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  head log_head%ROWTYPE;
  result jsonb;
  repeated jsonb := '[]';
  skipped text[] := '{}';
  conflicts text[];
  accepted text[];
  refused bigint := 0;
  chain text;
  link text;
BEGIN
  SELECT * INTO STRICT head FROM log_head FOR UPDATE;

  SELECT c.result INTO result FROM command c WHERE c.id = batch->>'id';
  IF FOUND THEN RETURN result; END IF;

  IF jsonb_array_length(batch->'commands') > 0 THEN
    SELECT coalesce(jsonb_agg(c.result || jsonb_build_object('id', c.id)), '[]'), coalesce(array_agg(asked.key), '{}')
      INTO repeated, skipped
      FROM jsonb_to_recordset(batch->'commands') AS asked(id text, key text) JOIN command c ON c.id = asked.id;
  END IF;

  WITH wanted AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(batch->'streams')
      AS w(key text, sequence int, epoch int, "priorHash" text, "nextSequence" int, "nextEpoch" int,
           "guardStates" jsonb, hash text)
    WHERE NOT w.key = ANY (skipped)
  ), moved AS (
    UPDATE stream s SET sequence = w."nextSequence", lease_epoch = w."nextEpoch", guard_states = w."guardStates", hash = w.hash
    FROM wanted w
    WHERE s.key = w.key AND s.sequence = w.sequence AND s.hash = w."priorHash" AND s.lease_epoch = w.epoch
      AND w."nextSequence" > w.sequence
    RETURNING s.key
  ), begun AS (
    INSERT INTO stream (key, sequence, lease_epoch, guard_states, hash)
    SELECT w.key, w."nextSequence", w."nextEpoch", w."guardStates", w.hash
    FROM wanted w WHERE w.sequence = 0 AND w."nextSequence" > 0
    ON CONFLICT (key) DO NOTHING
    RETURNING key
  ), unmoved AS (
    SELECT w.key FROM wanted w LEFT JOIN stream s ON s.key = w.key
    WHERE w."nextSequence" = w.sequence AND coalesce(s.sequence, 0) = w.sequence AND coalesce(s.lease_epoch, 0) = w.epoch
      AND coalesce(s.hash, w."priorHash") = w."priorHash"
  ), passed AS (
    SELECT key FROM moved UNION ALL SELECT key FROM begun UNION ALL SELECT key FROM unmoved
  )
  SELECT coalesce(array_agg(w.key) FILTER (WHERE p.key IS NULL), '{}')
    INTO conflicts
    FROM wanted w LEFT JOIN passed p ON p.key = w.key;
  skipped := skipped || conflicts;

  WITH written AS (
    INSERT INTO event (position, key, sequence, kind, payload, actor, occurred_at, hash)
    SELECT head.position + row_number() OVER (ORDER BY e.nth), e.key, e.sequence, e.kind, coalesce(e.payload, 'null'), e.actor, e."occurredAt", e.hash
    FROM ROWS FROM (jsonb_to_recordset(batch->'events')
      AS (key text, sequence int, kind text, payload jsonb, actor jsonb, "occurredAt" timestamptz, hash text))
      WITH ORDINALITY AS e(key, sequence, kind, payload, actor, "occurredAt", hash, nth)
    WHERE NOT e.key = ANY (skipped)
    RETURNING event.position, event.key, event.kind, event.hash
  ), last AS (
    SELECT key, max(position) AS position, min(position) FILTER (WHERE kind LIKE '%.\_\_start\_\_') AS start_position
    FROM written GROUP BY key
  ), projected AS (
    INSERT INTO workflow (key, name, status, round, max_rounds, role, started_at, updated_at, ended_at, started_by,
                          aborted_by, reason, outcome, position, start_position)
    SELECT s.key, w.name, w.status, w.round, w."maxRounds", w.role, w."startedAt", w."updatedAt", w."endedAt", w."startedBy",
           w."abortedBy", w.reason, w.outcome, l.position, coalesce(l.start_position, l.position)
    FROM jsonb_to_recordset(batch->'streams') AS s(key text, workflow jsonb)
    JOIN last l ON l.key = s.key
    CROSS JOIN LATERAL jsonb_to_record(s.workflow) AS w(name text, status text, round int, "maxRounds" int, role text,
      "startedAt" timestamptz, "updatedAt" timestamptz, "endedAt" timestamptz, "startedBy" jsonb, "abortedBy" jsonb,
      reason text, outcome text)
    WHERE jsonb_typeof(s.workflow) = 'object'
    ON CONFLICT (key) DO UPDATE SET status = excluded.status, round = excluded.round, role = excluded.role,
      updated_at = excluded.updated_at, ended_at = excluded.ended_at, aborted_by = excluded.aborted_by,
      reason = excluded.reason, outcome = excluded.outcome, position = excluded.position
  )
  SELECT coalesce(array_agg(hash ORDER BY position), '{}') INTO accepted FROM written;

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
             head.position + (SELECT count(*) FROM ROWS FROM (jsonb_to_recordset(batch->'events') AS (key text))
                                WITH ORDINALITY AS e(key, nth)
                              WHERE e.nth <= k."afterEvents" AND NOT e.key = ANY (skipped)),
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
