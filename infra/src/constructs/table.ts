import { Construct, DynamodbTable } from '../cdktf.ts';
import { grantKeyUse } from './encryption-key.ts';
import type { Grantee } from './role.ts';

export interface TableIndex {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
}

export interface TableProps {
  readonly name: string;
  readonly keyArn: string;
  readonly partitionKey: string;
  /** @default none */
  readonly sortKey?: string;
  /** @default none */
  readonly indexes?: readonly TableIndex[];
  /** The attribute with the second after which an item may go. @default items stay */
  readonly ttlAttribute?: string;
  readonly holdsRealData: boolean;
}

export interface TableAttributes {
  readonly name: string;
  readonly arn: string;
  readonly keyArn: string;
}

/** A table as other stacks know it. */
export class TableAccess {
  readonly attributes: TableAttributes;

  constructor(attributes: TableAttributes) {
    this.attributes = attributes;
  }

  grantRead(grantee: Grantee): void {
    this.grant(grantee, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query']);
  }

  grantWrite(grantee: Grantee): void {
    this.grant(grantee, ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem']);
  }

  private grant(grantee: Grantee, actions: readonly string[]): void {
    const { arn, keyArn } = this.attributes;
    grantee.allow({ actions, resources: [arn, `${arn}/index/*`] });
    grantKeyUse(keyArn, grantee);
  }
}

/** An on-demand table with point-in-time recovery; all keys are strings, indexes project everything. */
export class Table extends Construct {
  readonly access: TableAccess;

  constructor(scope: Construct, id: string, props: TableProps) {
    super(scope, id);
    const indexes = props.indexes ?? [];
    const keys = [props.partitionKey, props.sortKey, ...indexes.flatMap((i) => [i.partitionKey, i.sortKey])];
    const table = new DynamodbTable(this, 'table', {
      name: props.name,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: props.partitionKey,
      ...(props.sortKey === undefined ? {} : { rangeKey: props.sortKey }),
      attribute: [...new Set(keys)].flatMap((name) => (name === undefined ? [] : [{ name, type: 'S' }])),
      globalSecondaryIndex: indexes.map((index) => ({
        name: index.name,
        hashKey: index.partitionKey,
        rangeKey: index.sortKey,
        projectionType: 'ALL',
      })),
      ...(props.ttlAttribute === undefined
        ? {}
        : { ttl: { enabled: true, attributeName: props.ttlAttribute } }),
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: props.keyArn },
      deletionProtectionEnabled: props.holdsRealData,
      ...(props.holdsRealData ? { lifecycle: { preventDestroy: true } } : {}),
    });
    this.access = new TableAccess({ name: table.name, arn: table.arn, keyArn: props.keyArn });
  }
}
