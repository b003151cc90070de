-- Whether an adapter runs the programs that a workflow's input names.
ALTER TABLE "adapter" ADD COLUMN "allows_commands" BOOLEAN NOT NULL DEFAULT false;
