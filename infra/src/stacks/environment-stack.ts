import type { Construct } from '../cdktf.ts';
import { HouseStack, type Outputs } from '../constructs/house-stack.ts';
import type { Environment } from '../environments.ts';
import type { Foundation, FoundationStack } from './foundation.ts';

/** A stack of one environment: named `<what>-<environment>`. */
export class EnvironmentStack<O extends Outputs = Outputs> extends HouseStack<O> {
  readonly environment: Environment;

  constructor(scope: Construct, what: string, environment: Environment) {
    super(scope, `${what}-${environment.name}`, {
      account: environment.account,
      region: environment.region,
      environment: environment.name,
    });
    this.environment = environment;
  }

  protected foundation(stack: FoundationStack): Foundation {
    return stack.of(this.environment, this);
  }
}
