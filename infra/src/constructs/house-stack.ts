import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  App,
  AwsProvider,
  DataTerraformRemoteStateS3,
  S3Backend,
  TerraformOutput,
  TerraformStack,
  type Construct,
} from '../cdktf.ts';
import { stateBucket } from './state-bucket.ts';

export interface Place {
  readonly account: string;
  readonly region: string;
}

export interface HouseStackProps extends Place {
  /** `staging`, `production`, or `shared` for what belongs to both. */
  readonly environment: string;
}

export type Outputs = Readonly<Record<string, string | readonly string[]>>;

/**
 * A stack with this house's provider, state and tags. What other stacks may know of it is what it publishes: outputs
 * with names of their own, read through the state, never references by construct ids.
 */
export class HouseStack<O extends Outputs = Outputs> extends TerraformStack {
  readonly place: Place;
  private published: O | null = null;

  constructor(scope: Construct, id: string, props: HouseStackProps) {
    super(scope, id);
    this.place = { account: props.account, region: props.region };
    new AwsProvider(this, 'aws', {
      region: props.region,
      allowedAccountIds: [props.account],
      defaultTags: [
        {
          tags: { project: 'foretell', environment: props.environment, stack: id, 'managed-by': 'terraform' },
        },
      ],
    });
    const backend = new S3Backend(this, {
      bucket: stateBucket(props),
      key: `${id}.tfstate`,
      region: props.region,
      encrypt: true,
    });
    backend.addOverride('use_lockfile', true);
    this.addOverride('terraform.required_version', '>= 1.11.0');
  }

  /** Puts a file beside the stack's JSON; the answer is its path as Terraform, run there, finds it. */
  addFile(name: string, content: Buffer): string {
    const folder = join(App.of(this).outdir, 'stacks', this.node.id, 'assets');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), content);
    return `assets/${name}`;
  }

  protected publish(outputs: O): void {
    this.published = outputs;
    for (const [name, value] of Object.entries(outputs))
      new TerraformOutput(this, name, { value, staticId: true });
  }

  /** What this stack published, as `consumer` reads it; `consumer` is planned and applied after it. */
  in(consumer: HouseStack): O {
    const { published } = this;
    if (!published) throw new Error(`The stack ${this.node.id} publishes nothing for ${consumer.node.id}`);
    const id = `state-of-${this.node.id}`;
    const found = consumer.node.tryFindChild(id);
    const state =
      found instanceof DataTerraformRemoteStateS3
        ? found
        : new DataTerraformRemoteStateS3(consumer, id, {
            bucket: stateBucket(this.place),
            key: `${this.node.id}.tfstate`,
            region: this.place.region,
          });
    consumer.addDependency(this);
    const read = Object.entries(published).map(([name, value]) => [
      name,
      typeof value === 'string' ? state.getString(name) : state.getList(name),
    ]);
    // The same keys with the same kinds of value, read from state instead of from here.
    return Object.fromEntries(read) as O;
  }
}
