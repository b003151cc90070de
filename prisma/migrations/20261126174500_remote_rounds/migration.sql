-- For workers that look for rounds of their roles: what is offered waits for the event of a role. Rounds that are not offered
-- leave the column as it is, so that the updates of theirs touch no index; the order is that of the start, which never changes.
CREATE INDEX "workflow_waiting_for_idx" ON "workflow" ("waiting_for", "start_position") WHERE "waiting_for" IS NOT NULL;
