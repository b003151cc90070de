import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, LinkFault, LinkName, ProcessName, SignalFault } from './plan.ts';
import type { Postgres } from './postgres.ts';
import type { Process } from './process.ts';
import type { TcpProxy } from './proxy.ts';

/** All that can be hurt in a run. */
export interface Targets {
  processes: Record<ProcessName, Process>;
  links: Record<LinkName, TcpProxy>;
  postgres: Postgres;
}

const lateMs = 250;

/** Lets one fault happen. Resolves when it is over: what was killed is started again, what was held goes on. */
export async function strike(fault: Fault, { processes, links, postgres }: Targets): Promise<void> {
  if (isLinkFault(fault)) return strikeLink(fault, links[fault.to]);
  if (fault.to === 'postgres' || fault.to === 'backend') return strikePostgres(fault, fault.to, postgres);
  const victim = processes[fault.to];
  if (fault.do === 'kill') {
    await victim.kill();
    await sleep(fault.forMs);
    if (!victim.isRunning()) victim.start();
  } else {
    victim.pause();
    await sleep(fault.forMs);
    victim.resume();
  }
}

function isLinkFault(fault: Fault): fault is LinkFault {
  return fault.do !== 'kill' && fault.do !== 'pause';
}

async function strikePostgres(fault: SignalFault, what: 'postgres' | 'backend', postgres: Postgres): Promise<void> {
  if (fault.do === 'kill') return postgres.kill(what, fault.choice);
  const resume = await postgres.pause(what, fault.choice);
  await sleep(fault.forMs);
  resume();
}

async function strikeLink(fault: LinkFault, link: TcpProxy): Promise<void> {
  switch (fault.do) {
    case 'cut':
      return link.cut();
    case 'silence':
      return link.silence();
    case 'refuse':
      link.refuse(true);
      link.cut();
      await sleep(fault.forMs);
      return link.refuse(false);
    case 'hold':
      link.hold('requests');
      link.hold('answers');
      await sleep(fault.forMs);
      return link.release();
    case 'lose-answers':
      link.hold('answers');
      await sleep(fault.forMs);
      link.cut();
      return link.release();
    case 'deliver-late':
      link.hold('requests');
      await sleep(fault.forMs);
      link.cutAndDeliver(lateMs);
      return link.release();
  }
}
