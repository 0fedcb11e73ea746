import type { Child } from '../processes/child.ts';
import { recordChildren } from './leftovers.ts';
import { supervise, type Supervised } from './supervise.ts';

export interface Crew {
  /** Starts a supervised child. `command` is a part of its command line that tells it from other programs. */
  add(name: string, command: string, start: () => Promise<Child>): Promise<void>;
  /** The process that runs it now. */
  pid(name: string): number;
  /** The last one started first, each drained before the next: what they need outlives them. */
  stop(): Promise<void>;
}

/** A platform's children, recorded on disk as they come and go. */
export function createCrew(dataDir: string, write: (line: string) => void): Crew {
  const members: { command: string; child: Supervised }[] = [];
  const record = () =>
    recordChildren(
      dataDir,
      members.map(({ command, child }) => ({ name: child.name, pid: child.pid(), command })),
    );

  return {
    async add(name, command, start) {
      const child = await supervise(name, start, { write, onStarted: record });
      members.push({ command, child });
      record();
    },
    pid(name) {
      const member = members.find(({ child }) => child.name === name);
      if (!member) throw new Error(`The platform has no process ${name}.`);
      return member.child.pid();
    },
    async stop() {
      for (const { child } of [...members].reverse()) await child.stop();
      recordChildren(dataDir, []);
    },
  };
}
