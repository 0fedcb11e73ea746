import { ElasticLoadBalancingV2Client, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import { revertTraffic, type GuardedService, type GuardResult } from './revert-traffic.ts';

/** Lambda's entry: `GUARDED` names, for each alarm's prefix, the service it watches. */
const guardedService = z.object({
  bakeParameter: z.string(),
  ruleArn: z.string(),
  targetGroups: z.object({ blue: z.string(), green: z.string() }),
});
const guarded = z.record(z.string(), guardedService).parse(JSON.parse(process.env['GUARDED'] ?? '{}'));
const alarmEvent = z.object({
  detail: z.object({ alarmName: z.string(), state: z.object({ value: z.string() }) }),
});

const [balancing, parameters] = [new ElasticLoadBalancingV2Client(), new SSMClient()];
const deps = {
  async readParameter(Name: string): Promise<string> {
    const { Parameter } = await parameters.send(new GetParameterCommand({ Name }));
    if (Parameter?.Value === undefined) throw new Error(`The parameter ${Name} has no value`);
    return Parameter.Value;
  },
  async writeParameter(Name: string, Value: string): Promise<void> {
    await parameters.send(new PutParameterCommand({ Name, Value, Overwrite: true }));
  },
  async moveTraffic(RuleArn: string, all: string, none: string): Promise<void> {
    const TargetGroups = [
      { TargetGroupArn: all, Weight: 100 },
      { TargetGroupArn: none, Weight: 0 },
    ];
    await balancing.send(
      new ModifyRuleCommand({ RuleArn, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] }),
    );
  },
  now: () => new Date(),
};

export async function handler(event: unknown): Promise<GuardResult> {
  const { alarmName, state } = alarmEvent.parse(event).detail;
  const found = Object.entries(guarded).find(([prefix]) => alarmName.startsWith(prefix));
  if (!found) throw new Error(`The alarm ${alarmName} belongs to no service that is guarded`);
  const service: GuardedService = { alarmPrefix: found[0], ...found[1] };
  const result = await revertTraffic(service, alarmName, deps);
  console.log(JSON.stringify({ alarm: alarmName, state: state.value, ...result }));
  return result;
}
