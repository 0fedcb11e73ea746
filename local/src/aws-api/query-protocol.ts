import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from './aws-error.ts';

/**
 * AWS's query protocol from the server's side: `Actions.member.1.ForwardConfig.TargetGroups.member.2.Weight=100` becomes
 * the object that the SDK was given. Fields that the model does not have are kept, so that they can be refused.
 */
export function decodeQuery(schema: NormalizedSchema, form: URLSearchParams): Record<string, unknown> {
  const tree: Tree = {};
  for (const [name, value] of form) {
    if (name === 'Action' || name === 'Version') continue;
    plant(tree, name.split('.'), value);
  }
  return typed(schema, tree) as Record<string, unknown>;
}

interface Tree {
  [name: string]: Tree | string;
}

function plant(tree: Tree, [name = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    tree[name] = value;
    return;
  }
  const below = (tree[name] ??= {});
  if (typeof below === 'string')
    throw new AwsError('MalformedQueryString', `${name} is both a value and a list`);
  plant(below, rest, value);
}

function typed(schema: NormalizedSchema, node: Tree | string): unknown {
  if (schema.isListSchema()) {
    // An empty list is sent as an empty value.
    if (typeof node === 'string') return [];
    const members = (node['member'] ?? {}) as Tree;
    return Object.keys(members)
      .sort((a, b) => Number(a) - Number(b))
      .map((index) => typed(schema.getValueSchema(), members[index] ?? ''));
  }
  if (schema.isStructSchema()) {
    if (typeof node === 'string') return {};
    const members = new Map(schema.structIterator());
    return Object.fromEntries(
      Object.entries(node).map(([name, below]) => {
        const member = members.get(name);
        return [name, member ? typed(member, below) : below];
      }),
    );
  }
  if (schema.isNumericSchema()) return Number(node);
  if (schema.isBooleanSchema()) return node === 'true';
  return node;
}

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The XML that the SDK reads an operation's answer from. */
export function encodeQuery(
  operation: string,
  schema: NormalizedSchema,
  output: object,
  requestId: string,
): string {
  const serializer = new XmlShapeSerializer({
    xmlNamespace: '',
    serviceNamespace: '',
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: false,
  });
  serializer.write(schema, output);
  const xml = String(serializer.flush());
  const inside = /^<[^>]*?(?:\/>|>([\s\S]*)<\/[^>]+>)$/.exec(xml)?.[1] ?? '';
  return `<${operation}Response><${operation}Result>${inside}</${operation}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
}

export function encodeQueryError({ code, message }: AwsError, requestId: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${escape(code)}</Code><Message>${escape(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}
