-- What is JSON already comes as JSON, and not within rows: a batch costs PostgreSQL and its callers less.
DROP FUNCTION "pulse_append"(jsonb, appended_stream[], appended_workflow[], appended_event[], appended_turn[]);
ALTER TYPE "appended_stream" DROP ATTRIBUTE guard_states;
ALTER TYPE "appended_event" DROP ATTRIBUTE payload;

-- Writes one batch of appends whose guards have passed, and the refusals of those whose guards have not.
--
-- Takes:   batch: {id, guardsHash,
--            begun: [{key, name, status, round, maxRounds, role, startedAt, updatedAt, endedAt, startedBy, abortedBy, reason,
--                     outcome, parent, resumeAt, waitingFor, startEvent, lastEvent}],
--            refusals: [{key, afterEvents, kind, payload, actor, guard, check, state, occurredAt}],
--            commands: [{id, key, first, last, refusal}],
--            definitions: [{version, definition}], where guards are applied;
--            parents: [{child, key, epoch}], where roles start workflows};
--          streams: one for each key; workflows: those that went on; events: in order; turns: those that change;
--          states: the guards' states of each stream; payloads: of each event; actors: an event has the index of its own.
--          These three are JSON lists, since a text within a row within a list is quoted twice and read three times.
--          `guardsHash` is the last hash of the key `pulse` as the guards in force were read from it;
--          `sequence`, `epoch` and `prior_hash` of a stream are what its guards were evaluated against: the hash tells
--          another event at the same sequence; `begun` are the workflows that began; `afterEvents` is how many of the
--          events precede the refusal; a command's `refusal` is the index of its refusal, or null. A turn's `change` is
--          `begin`, `end`, `free` (whoever holds the lease loses it), or `wake` (due where nobody holds it); it is then due
--          at once, or at `resume_at` where it `waits`: never, when that is null.
-- Returns: {position, refusals, conflicts: [key], repeated: [{id, key, first, last, refusal}]}
--          `position` and `refusals` are the head before the batch. A key in `conflicts`, or of a repeated command, has
--          had nothing written: evaluate it again. When the guards have changed, `pulse` is in conflict and all are.
--          A child is in conflict when its parent no longer has the epoch.
-- Locks:   an advisory lock, the row of log_head, stream rows, then lease rows in order of key. Whoever holds the first two
--          is the only writer, so positions and refusal ids are gapless and in commit order. The advisory lock is there since
--          it needs no transaction id: who waits for a row that is being updated may have got one too early, and an audit
--          reads in what order rows were written. Claims and renewals wait for lease rows only, in the same order, so that they
--          and an append can't block each other in a circle. Call it as a statement of its own, never in a client's transaction.
-- Nulls:   jsonb_to_recordset reads a JSON null as an SQL NULL; payloads and states of refusals are turned back.
-- Repeats: a batch id that was seen before returns its first result and writes nothing.
-- Rights:  as its owner, so that the application's role needs none on what it writes.
CREATE FUNCTION "pulse_append"(
  batch jsonb, streams appended_stream[], workflows appended_workflow[], events appended_event[], turns appended_turn[],
  states jsonb, payloads jsonb, actors jsonb
) RETURNS jsonb
  LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  head log_head%ROWTYPE;
  result jsonb;
  repeated jsonb := '[]';
  skipped text[] := '{}';
  conflicts text[];
  orphans text[] := '{}';
  accepted text[];
  positions bigint[];
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

  IF batch ? 'parents' THEN
    orphans := array(SELECT p.child FROM jsonb_to_recordset(batch->'parents') AS p(child text, key text, epoch int)
                     LEFT JOIN stream s ON s.key = p.key
                     WHERE s.lease_epoch IS DISTINCT FROM p.epoch AND NOT p.child = ANY (skipped));
    skipped := skipped || orphans;
  END IF;

  WITH wanted AS MATERIALIZED (
    SELECT w.key, w.sequence, w.epoch, w.prior_hash, w.next_sequence, w.next_epoch, w.hash, states->(w.nth::int - 1) AS guard_states
    FROM unnest(streams) WITH ORDINALITY AS w(key, sequence, epoch, prior_hash, next_sequence, next_epoch, hash, nth)
    WHERE NOT w.key = ANY (skipped)
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
  conflicts := conflicts || orphans;

  -- Of each event of the batch; one that is skipped has the position of the one before it.
  positions := array(SELECT head.position + sum((NOT e.key = ANY (skipped))::int) OVER (ORDER BY e.nth)
                     FROM unnest(events) WITH ORDINALITY AS e(key, sequence, kind, actor, occurred_at, hash, nth));

  INSERT INTO event (position, key, sequence, kind, payload, actor, occurred_at, hash)
  SELECT e.position, e.key, e.sequence, e.kind, payloads->(e.nth::int - 1), actors->e.actor, e.occurred_at, e.hash
  FROM unnest(positions, events) WITH ORDINALITY AS e(position, key, sequence, kind, actor, occurred_at, hash, nth)
  WHERE NOT e.key = ANY (skipped);

  UPDATE workflow w SET status = n.status, round = n.round, role = n.role, updated_at = n.updated_at, ended_at = n.ended_at,
         aborted_by = n.aborted_by, reason = n.reason, outcome = n.outcome, resume_at = n.resume_at,
         waiting_for = n.waiting_for, position = positions[n.last_event]
  FROM unnest(workflows) n
  WHERE w.key = n.key AND NOT n.key = ANY (skipped);

  IF jsonb_array_length(batch->'begun') > 0 THEN
    INSERT INTO workflow (key, name, status, round, max_rounds, parent, role, started_at, updated_at, ended_at, started_by,
                          aborted_by, reason, outcome, resume_at, waiting_for, position, start_position)
    SELECT b.key, b.name, b.status, b.round, b."maxRounds", b.parent, b.role, b."startedAt", b."updatedAt", b."endedAt", b."startedBy",
           b."abortedBy", b.reason, b.outcome, b."resumeAt", b."waitingFor", positions[b."lastEvent"], positions[b."startEvent"]
    FROM jsonb_to_recordset(batch->'begun') AS b(key text, name text, status text, round int, "maxRounds" int, parent text, role text,
      "startedAt" timestamptz, "updatedAt" timestamptz, "endedAt" timestamptz, "startedBy" jsonb, "abortedBy" jsonb,
      reason text, outcome text, "resumeAt" timestamptz, "waitingFor" text, "startEvent" int, "lastEvent" int)
    WHERE NOT b.key = ANY (skipped);
  END IF;

  IF cardinality(turns) > 0 THEN
    WITH changed AS MATERIALIZED (
      SELECT l.key, t.change, CASE WHEN t.waits THEN t.resume_at ELSE now() END AS due_at
      FROM unnest(turns) t JOIN lease l ON l.key = t.key
      WHERE NOT t.key = ANY (skipped)
      ORDER BY l.key FOR UPDATE OF l
    ), ended AS (
      DELETE FROM lease l USING changed c WHERE l.key = c.key AND c.change = 'end'
    ), due AS (
      UPDATE lease l SET adapter_id = NULL, is_parked = false, due_at = c.due_at FROM changed c
      WHERE l.key = c.key AND (c.change = 'free' OR c.change = 'wake' AND l.adapter_id IS NULL)
    )
    INSERT INTO lease (key, name, epoch, due_at)
    SELECT t.key, t.name, 0, CASE WHEN t.waits THEN t.resume_at ELSE now() END FROM unnest(turns) t
    WHERE t.change = 'begin' AND NOT t.key = ANY (skipped);
  END IF;

  accepted := array(SELECT e.hash FROM unnest(positions, events) AS e(position, key, sequence, kind, actor, occurred_at, hash)
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
END
$$;
REVOKE ALL ON FUNCTION "pulse_append" FROM PUBLIC;
