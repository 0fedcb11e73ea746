import type { Colour } from '@foretell/core/contracts/release-bake';
import type { LedgerEvent } from '@foretell/core/contracts/releases-table';
import type { Api, InputOf } from './aws-calls.ts';
import type { EndCode } from './errors.ts';

/**
 * A plan is data: calls in their order, and what is waited for between them. What is known only once a call was made
 * stands in angle brackets (`<revision of workers-green>`, `<now+300s>`) wherever a string may, and is put in when the
 * step's turn comes; so a dry run prints the very input of every call.
 */
type WriteApi = Extract<
  Api,
  | 'application-autoscaling:RegisterScalableTarget'
  | 'ecs:RegisterTaskDefinition'
  | 'ecs:RunTask'
  | 'ecs:UpdateService'
  | 'elbv2:ModifyRule'
  | 'lambda:UpdateFunctionCode'
  | 'ssm:PutParameter'
>;

export type CallStep = {
  [A in WriteApi]: {
    readonly name: string;
    readonly api: A;
    readonly input: InputOf<A>;
    /** The name by which later steps know the revision, task or deployment that the call answers with. */
    readonly gives?: string;
    /** The name by which later steps know when the call was made. */
    readonly marks?: string;
  };
}[WriteApi];

export type Wait =
  | { readonly for: 'task'; readonly cluster: string; readonly task: string }
  | {
      readonly for: 'deployment';
      readonly cluster: string;
      readonly service: string;
      readonly deployment: string;
      readonly tasks: number;
    }
  | { readonly for: 'targets'; readonly targetGroupArn: string; readonly tasks: number }
  | { readonly for: 'function'; readonly functionName: string }
  | {
      readonly for: 'smoke';
      readonly origin: string;
      readonly host: string;
      readonly colour: Colour;
      /** The rule that says what to send: a plan is printed, and holds no secret. */
      readonly testRuleArn: string;
      readonly paths: readonly string[];
    }
  /** Not waited for: is so, or the release ends. */
  | {
      readonly for: 'weights';
      readonly ruleArn: string;
      readonly weights: Readonly<Record<string, number>>;
    }
  | {
      readonly for: 'bake';
      /** ISO time. */
      readonly until: string;
      readonly release: string;
      /** Whose guard may act. */
      readonly bakeParameters: readonly string[];
      readonly watched: readonly {
        readonly service: string;
        readonly colour: Colour;
        readonly alarmPrefix: string;
        /** ISO time: alarms that rang before are not this release's. */
        readonly since: string;
      }[];
    };

export interface WaitStep {
  readonly name: string;
  readonly wait: Wait;
}

type Drafted<E> = E extends LedgerEvent ? Omit<E, 'at' | 'seconds' | 'steps'> : never;
/** What is noted; its time, and how long what took, are added when it is written. */
export type LedgerDraft = Drafted<LedgerEvent>;

export interface NoteStep {
  readonly name: string;
  readonly note: LedgerDraft;
}

export type Step = CallStep | WaitStep | NoteStep;

/** Nothing is to be done, steps are, or it may not be: said as an operator should hear it. */
export type Plan =
  | { readonly kind: 'nothing'; readonly because: string }
  | { readonly kind: 'refused'; readonly code: EndCode; readonly reasons: readonly string[] }
  | {
      readonly kind: 'steps';
      readonly release: string;
      readonly steps: readonly Step[];
      /** How the verb ends once the steps are made. @default well; `again`: it plans anew, from what is so then */
      readonly ends?: 'again' | { readonly code: EndCode; readonly reason: string };
    };

export const refused = (code: EndCode, ...reasons: readonly string[]): Plan => ({
  kind: 'refused',
  code,
  reasons,
});

export const now = '<now>';
export const nowPlus = (seconds: number): string => `<now+${seconds}s>`;
export const given = (what: string): string => `<${what}>`;
