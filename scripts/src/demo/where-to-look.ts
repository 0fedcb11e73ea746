import { predictionRecord } from '@foretell/core/contracts/predictions-table';
import type { ControlApi } from './api-client.ts';
import type { Printer } from './print.ts';
import type { PredictionCall } from './replay.ts';
import type { DemoReport } from './report.ts';

/** Reads the predictions back by UUID and shows the first in full. Returns how many came back. */
export async function fetchBack(api: ControlApi, ids: readonly string[], printer: Printer): Promise<number> {
  const records = await Promise.all(ids.map((id) => api.get(`/predictions/${id}`, predictionRecord)));
  const [first] = records;
  if (!first) throw new Error('no prediction was made');
  printer.line(`${records.length} fetched by id; the first, ${first.id}:`);
  printer.line(`  request   ${JSON.stringify(first.request)}`);
  const entries = Object.entries(first.features);
  const shown = entries
    .slice(0, 8)
    .map(
      ([name, value]) =>
        `${name}=${typeof value === 'number' ? Number(value.toPrecision(6)) : String(value)}`,
    );
  printer.line(
    `  features  ${shown.join(', ')}${entries.length > shown.length ? `, and ${entries.length - shown.length} more` : ''}`,
  );
  printer.line(
    `  answer    ${String(first.value)} from ${first.source}${first.group ? `, group ${first.group}` : ''}`,
  );
  return records.length;
}

/** Prints where to look next, and returns the curl line. */
export function whereToLook(
  report: DemoReport,
  control: string,
  call: PredictionCall | undefined,
  printer: Printer,
): string {
  if (!call || report.apiKey === null) throw new Error('there is nothing to call');
  const { model, entity, features } = call;
  const body = JSON.stringify({ model, entity, features }).replaceAll("'", `'\\''`);
  const curl = `curl -s ${report.urls.public}/v1/predictions -H 'x-api-key: ${report.apiKey}' -H 'content-type: application/json' -d '${body}'`;
  printer.line('');
  printer.line(`dashboard   ${report.urls.dashboard}`);
  printer.line(`inbox       ${report.urls.inbox} (the mails that were sent)`);
  printer.line(`API docs    ${control}/api/docs (control), ${report.urls.public}/v1/docs (public)`);
  printer.line(`a prediction of your own:`);
  printer.line(`  ${curl}`);
  return curl;
}
