-- What began and what closed a key's rounds: the guard workflow-rounds lets no other kinds of two segments name a round. They
-- are found however many events a round has written.
CREATE INDEX "event_round_idx" ON "event" ("key", "position")
  WHERE jsonb_typeof("payload"->'round') = 'number' AND "kind" NOT LIKE '%.%.%';
