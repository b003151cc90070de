import type { Json } from '#domain/json.ts';
import type { CommandSpec, RoleContext } from '#domain/role.ts';
import { type CommandContext, type CommandEnd, runCommand } from './command.ts';
import { findHardest, type GroupEnd } from './processes/process-group.ts';
import type { RoundProcesses } from './processes/round-processes.ts';
import type { RoundContext } from './tick.ts';

/** The programs of one round. */
export interface Programs {
  run(spec: CommandSpec): Promise<CommandEnd>;
  exec: RoleContext<unknown>['exec'];
  /** Lets no more begin and stops what still runs. **Shape** the hardest thing that was needed to stop any of the round. */
  close(): Promise<GroupEnd>;
}

export function openPrograms({
  context,
  input,
  signal,
  processes,
  print,
}: {
  context: RoundContext;
  input: Json;
  signal: AbortSignal;
  processes: RoundProcesses;
  print: CommandContext['print'];
}): Programs {
  const stop = new AbortController();
  signal.addEventListener('abort', () => stop.abort(signal.reason), { once: true });
  const commandContext: CommandContext = { ...context, input, signal: stop.signal, processes, print };
  const ends: Promise<unknown>[] = [];
  const stops: GroupEnd[] = [];

  async function run(spec: CommandSpec): Promise<CommandEnd> {
    stop.signal.throwIfAborted();
    const running = runCommand(spec, commandContext);
    const noteStop = ({ stoppedBy }: CommandEnd) => stoppedBy && stops.push(stoppedBy);
    ends.push(running.then(noteStop, () => {}));
    return running;
  }

  return {
    run,
    exec: async (spec) => {
      const { result, problem } = await run(spec);
      stop.signal.throwIfAborted();
      if (problem) throw new Error(problem);
      return result;
    },
    close: async () => {
      stop.abort(new Error('the round is over'));
      await Promise.all(ends);
      stops.push(await processes.stop());
      return findHardest(stops);
    },
  };
}
