import type { ApiDocument } from '@foretell/core/contracts/openapi/api-document';

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1f}' +
  'code,pre{font:14px/1.5 ui-monospace,monospace}pre{background:#f3f4f6;padding:1rem;overflow:auto}' +
  'section{border-top:1px solid #d9dbe0;margin-top:2rem}table{border-collapse:collapse}' +
  'td,th{border:1px solid #d9dbe0;padding:.25rem .6rem;text-align:left;vertical-align:top}';

interface Operation {
  summary?: string;
  security?: unknown[];
  parameters?: { name: string; in: string; description?: string }[];
  requestBody?: unknown;
  responses: Record<string, { description: string }>;
}

const escaped: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string) => text.replaceAll(/[&<>"]/g, (character) => escaped[character] ?? character);
const pre = (value: unknown) => `<pre>${escape(JSON.stringify(value, null, 2))}</pre>`;
const row = (cells: string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;

function section(path: string, method: string, operation: Operation): string {
  const { summary = '', security = [], parameters = [], requestBody, responses } = operation;
  return [
    `<section><h2><code>${method.toUpperCase()} ${escape(path)}</code></h2><p>${escape(summary)}</p>`,
    security.length > 0 ? '<p>Needs a key in the header <code>x-api-key</code>.</p>' : '',
    ...parameters.map(
      (each) =>
        `<p><code>${escape(each.name)}</code> (${escape(each.in)}) ${escape(each.description ?? '')}</p>`,
    ),
    requestBody === undefined ? '' : `<h3>Body</h3>${pre(requestBody)}`,
    '<h3>Answers</h3><table>',
    ...Object.entries(responses).map(([status, { description }]) => row([status, escape(description)])),
    '</table></section>',
  ].join('\n');
}

/** The document as one page of plain HTML: no script, nothing from elsewhere. */
export function renderDocs({ info, paths = {}, components = {} }: ApiDocument): string {
  const sections = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) =>
      section(path, method, operation),
    ),
  );
  const schemas = Object.entries(components.schemas ?? {}).map(
    ([name, schema]) => `<h3 id="${escape(name)}">${escape(name)}</h3>${pre(schema)}`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(info.title)}</title>
<style>${style}</style>
<h1>${escape(info.title)}</h1>
<p>${escape(info.description ?? '')} As OpenAPI 3.1: <a href="openapi.json">openapi.json</a>.</p>
${sections.join('\n')}
<section><h2>Schemas</h2>
${schemas.join('\n')}
</section>
</html>
`;
}

/** What a browser may do with the page: apply its one style, and nothing else. */
export const docsPolicy = (styleHash: string) =>
  `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
export const docsStyle = style;
