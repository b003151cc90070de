-- Takes the lease of a workflow that waits for a worker of one of some roles, the one that began first, unless as many of its
-- definition are held as may be.
--
-- Takes:   `limited`, definitions that have a limit, in order, and how many `limits` let be held at once.
-- Returns: the claim and which role it is, as `<definition>.<role>`; no row when nothing is offered that there is a place for.
-- Locks:   for each limited definition an advisory lock, as pulse_claim does, so that nobody else takes places meanwhile; its
--          leases that have run out, in order of key; then one lease and one stream row, passing over those that are locked.
CREATE FUNCTION "pulse_claim_offered"(
  claimer text, roles text[], limited text[], limits int[], ttl_ms int
) RETURNS TABLE ("key" text, "name" text, "epoch" int, "offered" text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  nth text;
  filled text[];
BEGIN
  FOREACH nth IN ARRAY limited LOOP
    PERFORM pg_advisory_xact_lock(hashtext('pulse_claim'), hashtext(nth));
  END LOOP;
  IF cardinality(limited) > 0 THEN
    WITH expired AS (
      SELECT l.key FROM lease l WHERE l.name = ANY (limited) AND l.adapter_id IS NOT NULL AND l.due_at <= now()
      ORDER BY l.key FOR UPDATE
    )
    UPDATE lease l SET adapter_id = NULL, is_parked = false FROM expired e WHERE l.key = e.key;
  END IF;
  filled := array(
    SELECT d.name FROM unnest(limited, limits) AS d(name, most)
    WHERE d.most <= (SELECT count(*) FROM lease h WHERE h.name = d.name AND h.adapter_id IS NOT NULL AND NOT h.is_parked)
  );

  RETURN QUERY
  WITH due AS MATERIALIZED (
    SELECT l.key, w.waiting_for AS offered, s.lease_epoch + 1 AS epoch
    FROM workflow w JOIN lease l ON l.key = w.key JOIN stream s ON s.key = w.key
    WHERE w.waiting_for = ANY (roles) AND NOT w.name = ANY (filled) AND l.adapter_id IS NULL AND (
      SELECT e.payload->>'reason' = 'worker' FROM event e
      WHERE e.key = w.key AND e.kind = w.name || '.__wait__' ORDER BY e.position DESC LIMIT 1
    )
    ORDER BY w.start_position
    LIMIT 1
    FOR UPDATE OF l, s SKIP LOCKED
  ), fenced AS (
    UPDATE stream s SET lease_epoch = d.epoch FROM due d WHERE s.key = d.key RETURNING s.key, s.lease_epoch AS epoch
  ), taken AS (
    UPDATE lease l SET adapter_id = claimer, epoch = f.epoch, due_at = now() + ttl_ms * interval '1 ms', is_parked = false
    FROM fenced f WHERE l.key = f.key
    RETURNING l.key, l.name, l.epoch
  )
  SELECT t.key, t.name, t.epoch, d.offered FROM taken t JOIN due d ON d.key = t.key;
END $$;
