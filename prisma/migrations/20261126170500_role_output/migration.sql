-- What roles print while they run. It is no history: the oldest goes when there is too much, and all of it after a time.

CREATE TABLE "role_output" (
  "key" TEXT NOT NULL,
  "round" INTEGER NOT NULL,
  -- How many bytes the round had printed when this chunk was over: what lies between two chunks was dropped.
  "end_byte" BIGINT NOT NULL,
  "bytes" INTEGER NOT NULL,
  "role" TEXT NOT NULL,
  "stream" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "role_output_pkey" PRIMARY KEY ("key", "round", "end_byte")
);
CREATE INDEX "role_output_at_idx" ON "role_output" ("at");
