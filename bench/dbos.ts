/** What is used of DBOS. */
export interface Dbos {
  setConfig(config: { name: string; systemDatabaseUrl: string; logLevel: string }): void;
  launch(): Promise<void>;
  shutdown(): Promise<void>;
  registerWorkflow<A extends unknown[]>(work: (...args: A) => Promise<unknown>, options: { name: string }): typeof work;
  startWorkflow<A extends unknown[]>(
    workflow: (...args: A) => Promise<unknown>,
    options?: { workflowID: string },
  ): (...args: A) => Promise<{
    workflowID: string;
    getResult(): Promise<unknown>;
  }>;
  runStep(work: () => Promise<unknown>, options: { name: string }): Promise<unknown>;
  workflowID: string | undefined;
  /** Of the step that runs: its signal fires when its workflow is cancelled. */
  stepStatus: { cancelSignal: AbortSignal } | undefined;
}

export interface DbosClient {
  cancelWorkflow(workflowId: string): Promise<void>;
  destroy(): Promise<void>;
}

// Spelt out above and kept from the compiler here: only `npm run bench` installs it.
const packageName = '@dbos-inc/dbos-sdk';

/** DBOS with its own defaults; the interval at which it looks for cancelled workflows among them. */
export async function importDbos(): Promise<Dbos> {
  return (await import(packageName)).DBOS;
}

export async function openDbosClient(systemDatabaseUrl: string): Promise<DbosClient> {
  const { DBOSClient } = await import(packageName);
  return DBOSClient.create({ systemDatabaseUrl });
}
