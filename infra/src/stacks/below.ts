import type { FunctionAttributes } from '../constructs/house-function.ts';
import type { SparkAttributes } from '../constructs/spark.ts';
import type { Environment } from '../environments.ts';
import type { Data, DataStack } from './data.ts';
import type { EnvironmentStack } from './environment-stack.ts';
import type { Foundation, FoundationStack } from './foundation.ts';
import type { FunctionsStack } from './functions.ts';
import type { Messaging, MessagingStack } from './messaging.ts';
import type { SparkStack } from './spark.ts';

/** The stacks that services stand on. */
export interface StacksBelow {
  readonly foundation: FoundationStack;
  readonly data: DataStack;
  readonly messaging: MessagingStack;
  readonly functions: FunctionsStack;
  readonly spark: SparkStack;
}

/** What they published, as one stack of services reads it. */
export interface Surroundings {
  readonly environment: Environment;
  readonly foundation: Foundation;
  readonly data: Data;
  readonly messaging: Messaging;
  readonly sample: FunctionAttributes;
  readonly spark: SparkAttributes;
}

export function surroundingsOf(consumer: EnvironmentStack, below: StacksBelow): Surroundings {
  const { environment } = consumer;
  return {
    environment,
    foundation: below.foundation.of(environment, consumer),
    data: below.data.of(consumer),
    messaging: below.messaging.of(consumer),
    sample: below.functions.of(consumer).sample,
    spark: below.spark.of(consumer),
  };
}
