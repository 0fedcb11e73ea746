import type { Child } from '../processes/child.ts';
import { recordChildren } from './leftovers.ts';
import { supervise, type Supervised } from './supervise.ts';

export interface Crew {
  add(member: Member): Promise<void>;
  /** The process that runs it now. */
  pid(name: string): number;
  /** The outermost tier first, each drained before the next. */
  stop(): Promise<void>;
}

export interface Member {
  name: string;
  /** A part of its command line that tells it from other programs. */
  command: string;
  /** What it needs has a lower tier, and is stopped after it. */
  tier: number;
  start: () => Promise<Child>;
}

/** A platform's children, recorded on disk as they come and go. */
export function createCrew(dataDir: string, write: (line: string) => void): Crew {
  const members: (Member & { child: Supervised })[] = [];
  const record = () =>
    recordChildren(
      dataDir,
      [...members]
        .sort((a, b) => a.tier - b.tier)
        .map(({ name, command, child }) => ({ name, pid: child.pid(), command })),
    );

  return {
    async add(member) {
      const child = await supervise(member.name, member.start, { write, onStarted: record });
      members.push({ ...member, child });
      record();
    },
    pid(name) {
      const member = members.find(({ child }) => child.name === name);
      if (!member) throw new Error(`The platform has no process ${name}.`);
      return member.child.pid();
    },
    async stop() {
      const tiers = [...new Set(members.map(({ tier }) => tier))].sort((a, b) => b - a);
      for (const tier of tiers)
        await Promise.all(members.filter((member) => member.tier === tier).map(({ child }) => child.stop()));
      recordChildren(dataDir, []);
    },
  };
}
