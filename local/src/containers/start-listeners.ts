import { freePort } from '../testing/free-port.ts';
import type { arnMaker, BalancerListener } from './cloud.ts';
import { startListener, type Answered } from './listener.ts';
import type { Seeded } from './seed.ts';

/** A load balancer for every listener that Terraform's rules name, on a port of its own. */
export async function startListeners(
  { rules: all }: Pick<Seeded, 'rules'>,
  arnOf: ReturnType<typeof arnMaker>,
  onAnswer: (answer: Answered) => void,
): Promise<BalancerListener[]> {
  const arns = [...new Set(all.map(({ listenerArn }) => listenerArn))];
  return Promise.all(
    arns.map(async (arn): Promise<BalancerListener> => {
      const rules = all.filter(({ listenerArn }) => listenerArn === arn);
      const name = arn.split('/').at(-1) ?? arn;
      const balancer = {
        arn: arnOf('elasticloadbalancing', 'loadbalancer/app', arn.split('app/').at(-1) ?? name),
        name,
        internal: false,
      };
      return { arn, balancer, rules, listening: await startListener(await freePort(), rules, onAnswer) };
    }),
  );
}
