import { sampleFunctionName } from '@foretell/core/contracts/release-names';
import type { sampleEnvironment } from '@foretell/workers/sample/env';
import type { z } from 'zod';
import type { Construct } from '../cdktf.ts';
import { HouseFunction, type FunctionAttributes } from '../constructs/house-function.ts';
import type { HouseStack } from '../constructs/house-stack.ts';
import type { Environment } from '../environments.ts';
import { imageOf } from '../images.ts';
import type { DataStack } from './data.ts';
import { EnvironmentStack } from './environment-stack.ts';
import type { FoundationStack } from './foundation.ts';
import type { MessagingStack } from './messaging.ts';

export interface FunctionsStackProps {
  readonly foundation: FoundationStack;
  readonly data: DataStack;
  readonly messaging: MessagingStack;
}

/** The function that draws the sample and the summary of each new feature set. */
export class FunctionsStack extends EnvironmentStack<
  Readonly<Record<'sample_function_name' | 'sample_function_arn', string>>
> {
  constructor(scope: Construct, environment: Environment, stacks: FunctionsStackProps) {
    super(scope, 'functions', environment);
    const { keyArn, repositoryUrls } = this.foundation(stacks.foundation);
    const { lake } = stacks.data.of(this);
    const image = imageOf(environment, repositoryUrls, 'sample-function');
    const variables: z.input<typeof sampleEnvironment> = { LAKE_BUCKET: lake.attributes.name };
    const sample = new HouseFunction(this, 'sample', {
      name: sampleFunctionName(environment.name),
      description: 'Draws the sample and the summary of a feature set',
      environment,
      keyArn,
      alarmTopicArn: stacks.messaging.of(this).alarmTopicArn,
      code: { imageUri: image.uri },
      memoryMb: 3008,
      timeoutSeconds: 300,
      storageMb: 10_240,
      reservedConcurrency: 10,
      variables,
    });
    lake.grantReadWrite(sample.role, ['workspaces/']);
    this.publish({
      sample_function_name: sample.attributes.name,
      sample_function_arn: sample.attributes.arn,
    });
  }

  of(consumer: HouseStack): { readonly sample: FunctionAttributes } {
    const outputs = this.in(consumer);
    return { sample: { name: outputs.sample_function_name, arn: outputs.sample_function_arn } };
  }
}
