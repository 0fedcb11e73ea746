import type { Scalar } from '@foretell/core/contracts/primitives';

export interface Call {
  publicUrl: string;
  model: string;
  entity: string;
  features: Record<string, Scalar>;
}

const bodyOf = ({ model, entity, features }: Call) => ({
  model,
  entity,
  ...(Object.keys(features).length > 0 ? { features } : {}),
});

/** Within single quotes of a shell. */
const quoted = (text: string) => text.replaceAll("'", String.raw`'\''`);

function curl(call: Call): string {
  return [
    `curl ${call.publicUrl}/v1/predictions \\`,
    `  -H "x-api-key: $FORETELL_KEY" -H "content-type: application/json" \\`,
    `  -d '${quoted(JSON.stringify(bodyOf(call)))}'`,
  ].join('\n');
}

function javascript(call: Call): string {
  const body = JSON.stringify(bodyOf(call), null, 2).replaceAll('\n', '\n  ');
  return `const response = await fetch('${call.publicUrl}/v1/predictions', {
  method: 'POST',
  headers: { 'x-api-key': process.env.FORETELL_KEY, 'content-type': 'application/json' },
  body: JSON.stringify(${body}),
});
const prediction = await response.json();
console.log(prediction.value, prediction.id);`;
}

/** A JSON value as Python writes it. */
function python(value: unknown, indent: string): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}    `;
  const lines = Object.entries(value).map(
    ([key, one]) => `${inner}${JSON.stringify(key)}: ${python(one, inner)},`,
  );
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

function pythonRequest(call: Call): string {
  return `import os, requests

response = requests.post(
    "${call.publicUrl}/v1/predictions",
    headers={"x-api-key": os.environ["FORETELL_KEY"]},
    json=${python(bodyOf(call), '    ')},
)
prediction = response.json()
print(prediction["value"], prediction["id"])`;
}

/** The same request in three languages; the key is taken from the environment, never written down. */
export function snippets(call: Call) {
  return { curl: curl(call), javascript: javascript(call), python: pythonRequest(call) };
}
