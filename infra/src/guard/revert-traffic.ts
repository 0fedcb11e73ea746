import { releaseBake, type Colour, type ReleaseBake } from '@foretell/core/contracts/release-bake';

/** What the guard knows of one service. */
export interface GuardedService {
  /** Every alarm of a colour starts with it and the colour. */
  readonly alarmPrefix: string;
  readonly bakeParameter: string;
  readonly ruleArn: string;
  readonly targetGroups: Readonly<Record<Colour, string>>;
}

export interface GuardDeps {
  readonly readParameter: (name: string) => Promise<string>;
  readonly writeParameter: (name: string, value: string) => Promise<void>;
  /** All of the rule's traffic to one target group, none to the other. */
  readonly moveTraffic: (ruleArn: string, all: string, none: string) => Promise<void>;
  readonly now: () => Date;
}

export type GuardResult =
  | { readonly acted: false; readonly because: 'not baking' | 'bake is over' | 'not of the new colour' }
  | { readonly acted: true; readonly release: string; readonly live: Colour };

/**
 * An alarm rang for a service. During the bake of a release its traffic goes back to the colour it came from, by the
 * one call the operator's rollback makes; at any other time an alarm is for people. Safe to run twice.
 */
export async function revertTraffic(
  service: GuardedService,
  alarm: string,
  { readParameter, writeParameter, moveTraffic, now }: GuardDeps,
): Promise<GuardResult> {
  const bake = releaseBake.parse(JSON.parse(await readParameter(service.bakeParameter)));
  if (bake.state !== 'baking') return { acted: false, because: 'not baking' };
  if (now() > new Date(bake.until)) return { acted: false, because: 'bake is over' };
  // What rings for the colour that traffic came from is no reason to go back to it.
  if (!alarm.startsWith(`${service.alarmPrefix}${bake.to}-`))
    return { acted: false, because: 'not of the new colour' };
  // Traffic first: if the note cannot be written, the next alarm or the operator does the same again.
  await moveTraffic(service.ruleArn, service.targetGroups[bake.from], service.targetGroups[bake.to]);
  const reverted: ReleaseBake = {
    state: 'reverted',
    release: bake.release,
    at: now().toISOString(),
    alarm,
    live: bake.from,
  };
  await writeParameter(service.bakeParameter, JSON.stringify(reverted));
  return { acted: true, release: bake.release, live: bake.from };
}
