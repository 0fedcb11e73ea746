import { shortCommit, shortDigest } from './ledger.ts';
import type { EnvironmentStatus } from './result.ts';

const seconds = (value: number | null): string =>
  value === null
    ? 'not known'
    : value < 90
      ? `about ${Math.ceil(value)} s`
      : `about ${Math.ceil(value / 60)} min`;

function serviceLines({
  service,
  colours,
  guard,
  live,
}: EnvironmentStatus['services'][number]): readonly string[] {
  return colours.map(({ colour, weight, digest, commit, tasks }) =>
    [
      `  ${service.padEnd(15)}${colour.padEnd(6)}${live === colour ? 'live   ' : 'standby'}`,
      `${String(weight).padStart(4)} %`,
      commit === null ? 'commit not known' : shortCommit(commit),
      digest === null ? 'no release' : shortDigest(digest),
      `${tasks.running}/${tasks.desired} tasks`,
      ...(tasks.healthy === null ? [] : [`${tasks.healthy} healthy`]),
      ...(guard === null || live !== colour ? [] : [`guard ${guard}`]),
    ].join('  '),
  );
}

/** An environment on a few lines. */
export function statusText(status: EnvironmentStatus): string {
  const { environment, live, open, lock, services, rollback, problems } = status;
  const { target, ready, reasons, estimatedSeconds, warmUntil } = rollback;
  return [
    `${environment}: ${live ? `${live.release} (commit ${shortCommit(live.commit)}), verified ${live.verifiedAt}` : 'nothing verified yet'}`,
    ...services.flatMap(serviceLines),
    `  rollback to    ${target ? `${target.release} (commit ${shortCommit(target.commit)}), ${ready ? 'ready' : 'not ready'}, ${seconds(estimatedSeconds)}${warmUntil === null ? '' : `, kept warm until ${warmUntil}`}` : 'nothing'}`,
    ...(ready ? [] : reasons.map((each) => `                 ${each}`)),
    ...(open
      ? [
          `  under way      ${open.release} (commit ${shortCommit(open.commit)}) since ${open.since} by ${open.by}`,
        ]
      : []),
    ...(lock === null ? [] : [`  locked by      ${lock}`]),
    ...problems.map((each) => `  PROBLEM        ${each}`),
  ].join('\n');
}
