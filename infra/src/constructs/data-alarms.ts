import { Construct } from '../cdktf.ts';
import { Alarm } from './alarm.ts';

export interface DataAlarmsProps {
  readonly environment: string;
  readonly topicArn: string;
  readonly databaseIdentifier: string;
  readonly tableNames: readonly string[];
}

/** What is watched of MySQL and DynamoDB. */
export class DataAlarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { environment, topicArn, databaseIdentifier, tableNames }: DataAlarmsProps,
  ) {
    super(scope, id);
    const name = `foretell-${environment}`;
    const database = (metric: string, above: number, description: string, expression: string) =>
      new Alarm(this, `mysql-${metric}`, {
        name: `${name}-mysql-${metric}`,
        description,
        topicArn,
        watch: {
          expression,
          metrics: {
            m: {
              namespace: 'AWS/RDS',
              name: metric,
              dimensions: { DBInstanceIdentifier: databaseIdentifier },
              statistic: 'Average',
            },
          },
        },
        above,
        forMinutes: 10,
      });
    database('CPUUtilization', 80, 'MySQL is busy: look at Performance Insights', 'm * 1');
    database('FreeStorageSpace', -5, 'MySQL has less than 5 GiB left', '0 - m / 1073741824');
    database(
      'DatabaseConnections',
      200,
      'MySQL has many connections: a pool leaks, or tasks are many',
      'm * 1',
    );
    for (const table of tableNames)
      new Alarm(this, `throttled-${table}`, {
        name: `${table}-throttled`,
        description: `${table} refuses requests: a hot key, or more than the account's limit`,
        topicArn,
        watch: {
          expression: 'FILL(reads, 0) + FILL(writes, 0)',
          metrics: {
            reads: {
              namespace: 'AWS/DynamoDB',
              name: 'ReadThrottleEvents',
              dimensions: { TableName: table },
              statistic: 'Sum',
            },
            writes: {
              namespace: 'AWS/DynamoDB',
              name: 'WriteThrottleEvents',
              dimensions: { TableName: table },
              statistic: 'Sum',
            },
          },
        },
        above: 0,
      });
  }
}
