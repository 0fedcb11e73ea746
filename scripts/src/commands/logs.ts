import { serviceLogGroup } from '@foretell/core/contracts/release-names';
import { ReleaseError } from '../release/errors.ts';
import { environmentOf, runVerb, type VerbAnswer } from '../release/run-verb.ts';

/** `logs ENV [SERVICE] [--minutes N] [--filter PATTERN]`: what the services have logged, oldest first. */
export const logs = (args: readonly string[], variables: NodeJS.ProcessEnv): Promise<number> =>
  runVerb(
    {
      name: 'logs',
      options: { minutes: { type: 'string', default: '10' }, filter: { type: 'string' } },
      async run(call): Promise<VerbAnswer> {
        const environment = environmentOf(call);
        const { aws, target, now } = call.open(environment);
        const names = target.services.map(({ name }) => name);
        const wanted = call.positionals[1];
        const services = wanted === undefined ? names : names.filter((name) => name === wanted);
        const minutes = Number(call.values['minutes']);
        if (services.length === 0)
          throw new ReleaseError(
            'usage',
            `There is no service "${wanted ?? ''}" on ECS: there are ${names.join(', ')}`,
          );
        if (!(minutes > 0))
          throw new ReleaseError('usage', `--minutes: "${String(call.values['minutes'])}" is not above 0`);
        const filterPattern = call.values['filter'];
        const read = async (service: string) => {
          const lines: { readonly at: number; readonly text: string }[] = [];
          let nextToken: string | undefined;
          do {
            const page = await aws('logs:FilterLogEvents', {
              logGroupName: serviceLogGroup(environment, service),
              startTime: now().getTime() - minutes * 60_000,
              ...(typeof filterPattern === 'string' ? { filterPattern } : {}),
              ...(nextToken === undefined ? {} : { nextToken }),
            });
            for (const { timestamp = 0, message = '' } of page.events ?? [])
              lines.push({
                at: timestamp,
                text: `${new Date(timestamp).toISOString()} ${service} ${message.trimEnd()}`,
              });
            nextToken = page.nextToken;
          } while (nextToken !== undefined);
          return lines;
        };
        const lines = (await Promise.all(services.map(read))).flat().sort((a, b) => a.at - b.at);
        return { message: lines.map(({ text }) => text).join('\n') };
      },
    },
    args,
    variables,
  );
