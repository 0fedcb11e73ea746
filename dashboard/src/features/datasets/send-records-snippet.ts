/** A pasteable request that sends one row to a streamed dataset. */
export function sendRecordsSnippet(publicUrl: string, dataset: string, columns: readonly string[]): string {
  const cells = Object.fromEntries(
    (columns.length > 0 ? columns : ['customer', 'amount']).map((name) => [name, '…']),
  );
  const record = { record_id: 'order-1', timestamp: '2024-05-10T12:00:00Z', ...cells };
  return [
    `curl ${publicUrl}/v1/datasets/${dataset}/records \\`,
    `  -H "x-api-key: $FORETELL_KEY" -H "content-type: application/json" \\`,
    `  -d '${JSON.stringify({ records: [record] }).replaceAll("'", String.raw`'\''`)}'`,
  ].join('\n');
}
