import { Construct, IamRole, IamRolePolicy, IamRolePolicyAttachment, Lazy } from '../cdktf.ts';
import { policyDocument, trustOfServices, type Statement } from '../iam.ts';

/** Whoever can be granted something. */
export interface Grantee {
  /** What AWS calls the role in `aws:userid`, before a colon and the name of the session. */
  readonly uniqueId: string;
  allow(...statements: readonly Statement[]): void;
}

export interface RoleProps {
  readonly name: string;
  readonly account: string;
  readonly description: string;
  /** Services that take the role on, e.g. `ecs-tasks.amazonaws.com`. */
  readonly services?: readonly string[];
  /** The whole trust policy, for anything but services. */
  readonly trust?: string;
  /** ARNs of AWS's own policies, where AWS demands them. @default none */
  readonly managedPolicies?: readonly string[];
  /** Seconds a session lasts at most. @default 3600 */
  readonly maximumSessionSeconds?: number;
}

/** A role with one inline policy: the statements that `grant…` methods gave it, and nothing else. */
export class Role extends Construct implements Grantee {
  readonly arn: string;
  readonly name: string;
  readonly uniqueId: string;
  private readonly statements: Statement[] = [];

  constructor(scope: Construct, id: string, props: RoleProps) {
    super(scope, id);
    const role = new IamRole(this, 'role', {
      name: props.name,
      description: props.description,
      assumeRolePolicy: props.trust ?? trustOfServices(props.services ?? [], props.account),
      maxSessionDuration: props.maximumSessionSeconds ?? 3600,
    });
    this.arn = role.arn;
    this.name = role.name;
    this.uniqueId = role.uniqueId;
    for (const [index, policyArn] of (props.managedPolicies ?? []).entries())
      new IamRolePolicyAttachment(this, `managed-${index}`, { role: role.name, policyArn });
  }

  allow(...statements: readonly Statement[]): void {
    if (this.statements.length === 0)
      new IamRolePolicy(this, 'policy', {
        name: 'granted',
        role: this.name,
        policy: Lazy.stringValue({ produce: () => policyDocument(this.statements) }),
      });
    this.statements.push(...statements);
  }
}
