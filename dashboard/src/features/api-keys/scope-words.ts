import type { ApiKeyScope } from '@foretell/core/contracts/serving-manifest';

export const scopeWords: Record<ApiKeyScope, { short: string; long: string }> = {
  predict: { short: 'predict', long: 'ask for predictions' },
  ingest: { short: 'send records', long: 'send records to datasets' },
  read: { short: 'read', long: 'read what became of a batch of records' },
};
