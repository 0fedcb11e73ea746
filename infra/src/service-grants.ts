import type { QueueName } from '@foretell/core/contracts/messages';
import type { Grantee } from './constructs/role.ts';
import { sparkPrefixes } from './constructs/data-lake.ts';
import { grantInvoke } from './constructs/house-function.ts';
import { grantSendMail } from './constructs/mail-identity.ts';
import { grantSubmit } from './constructs/spark.ts';
import { grantCustomersStatements, ownStatements } from './constructs/warehouse.ts';
import { secretsPrefix } from './process-environment.ts';
import type { Surroundings } from './stacks/below.ts';

const secretsNamed = (
  { environment: { region, account, name } }: Surroundings,
  kind: 'connections' | 'tries',
) => `arn:aws:secretsmanager:${region}:${account}:secret:${secretsPrefix(name)}/${kind}/*`;

/** Everything a service may do on AWS, one line a permission: read it beside the service's env.ts. */
export function grantBackend(role: Grantee, around: Surroundings): void {
  const {
    data,
    messaging: { queues },
    environment,
  } = around;
  // Credentials of connections go in here; only the workers read them.
  role.allow({
    actions: ['secretsmanager:CreateSecret', 'secretsmanager:DeleteSecret'],
    resources: [secretsNamed(around, 'connections'), secretsNamed(around, 'tries')],
  });
  // A Redshift is tried before it is a connection: the Data API reads the secret as its caller.
  role.allow(
    { actions: ['secretsmanager:GetSecretValue'], resources: [secretsNamed(around, 'tries')] },
    ownStatements(role),
  );
  grantCustomersStatements(environment, role);
  data.lake.grantReadWrite(role, ['workspaces/', 'serving/']);
  data.lake.grantListParts(role, ['workspaces/']);
  data.predictions.grantRead(role);
  const sends: readonly QueueName[] = [
    'imports',
    'trainings',
    'metrics',
    'batch-predictions',
    'notifications',
  ];
  for (const queue of sends) queues[queue].grantSend(role);
  // Keys of the public API are made and revoked by the backend.
  const gateway = `arn:aws:apigateway:${environment.region}::`;
  const keys = [`${gateway}/apikeys`, `${gateway}/usageplans/*/keys`];
  role.allow({ actions: ['apigateway:POST'], resources: keys });
  role.allow({
    actions: ['apigateway:GET'],
    resources: [`${gateway}/apikeys`, `${gateway}/usageplans`, `${gateway}/usageplans/*/keys/*`],
  });
  role.allow({ actions: ['apigateway:DELETE'], resources: [`${gateway}/apikeys/*`] });
}

export function grantPredictionApi(role: Grantee, { data, messaging: { queues } }: Surroundings): void {
  data.lake.grantRead(role, ['serving/', 'workspaces/']);
  data.predictions.grantWrite(role);
  data.ingest.grantRead(role);
  data.ingest.grantWrite(role);
  queues.records.grantSend(role);
  queues.assignments.grantSend(role);
}

export function grantWorkers(role: Grantee, around: Surroundings): void {
  const { data, messaging, sample, spark, environment } = around;
  data.lake.grantReadWrite(role, ['workspaces/', 'staging/', sparkPrefixes.jobs]);
  data.lake.grantRead(role, [sparkPrefixes.logs]);
  // What was deleted is cleared once the serving manifest names it no more.
  data.lake.grantRead(role, ['serving/']);
  data.predictions.grantRead(role);
  data.ingest.grantRead(role);
  data.ingest.grantWrite(role);
  data.warehouse.grantQuery(role);
  for (const queue of Object.values(messaging.queues)) {
    queue.grantConsume(role);
    queue.grantSend(role);
  }
  messaging.sparkEvents.grantConsume(role);
  role.allow({
    actions: ['secretsmanager:GetSecretValue'],
    resources: [secretsNamed(around, 'connections')],
  });
  grantCustomersStatements(environment, role);
  // What a cancelled import has left running is found by its name.
  role.allow({ actions: ['redshift-data:ListStatements'], resources: ['*'] });
  grantInvoke(sample, role);
  grantSubmit(spark, environment, role);
  grantSendMail(messaging.mail, role);
}
