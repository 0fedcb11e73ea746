import type { Construct } from '../cdktf.ts';
import type { HouseStack } from '../constructs/house-stack.ts';
import { Spark, type SparkAttributes } from '../constructs/spark.ts';
import type { Environment } from '../environments.ts';
import { sparkRunner } from '../spark-runner.ts';
import type { DataStack } from './data.ts';
import { EnvironmentStack } from './environment-stack.ts';
import type { FoundationStack } from './foundation.ts';

/** Spark for training sets, summaries and online features at size. */
export class SparkStack extends EnvironmentStack {
  constructor(
    scope: Construct,
    environment: Environment,
    foundationStack: FoundationStack,
    dataStack: DataStack,
  ) {
    super(scope, 'spark', environment);
    const { vpcId, privateSubnetIds, keyArn } = this.foundation(foundationStack);
    const { lake } = dataStack.of(this);
    const spark = new Spark(this, 'spark', {
      environment,
      vpcId,
      subnetIds: privateSubnetIds,
      keyArn,
      lake,
      runner: sparkRunner(),
    });
    this.publish({ ...spark.attributes });
  }

  of(consumer: HouseStack): SparkAttributes {
    // What was published is what the construct knows; only the kind must be known before the state is read.
    return { ...this.in(consumer), kind: this.environment.spark.kind } as SparkAttributes;
  }
}
