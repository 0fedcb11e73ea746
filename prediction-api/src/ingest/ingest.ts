import { batchItemId, ingestTtlDays, type BatchItem } from '@foretell/core/contracts/ingest-table';
import type { AcceptedRecord } from '@foretell/core/contracts/messages';
import type { batchStatus, recordsResponse } from '@foretell/core/contracts/public-api';
import type { ServingDataset } from '@foretell/core/contracts/serving-manifest';
import { DomainError } from '@foretell/core/domain/errors';
import type { z } from 'zod';
import { maxMessageBytes, splitByBytes, type SendMessage } from '../queues/message-sender.ts';
import { checkRecords, type CheckedRecord, type Rejection } from './check-records.ts';
import type { IngestStore } from './ingest-store.ts';

export interface Ingest {
  /** Resolves once SQS has what was accepted. Throws `invalid` when no record was valid, `unavailable` when SQS is down. */
  accept(dataset: ServingDataset, records: readonly unknown[]): Promise<z.output<typeof recordsResponse>>;
  /** Throws `not_found`, for another workspace's batch too. */
  status(workspace: string, batch: string): Promise<z.output<typeof batchStatus>>;
}

export interface IngestDependencies {
  store: IngestStore;
  send: SendMessage<'records.batch'>;
  newId: () => string;
  now: () => number;
}

interface Part {
  id: string;
  records: AcceptedRecord[];
}

/**
 * The order keeps every promise through a crash: the batch is known before its message is sent (the worker marks it),
 * and records count as duplicates only once SQS has them. A crash between the two sends a record twice; it is merged by
 * its id later.
 */
export function createIngest({ store, send, newId, now }: IngestDependencies): Ingest {
  const expiry = () => Math.floor(now() / 1000) + ingestTtlDays * 86_400;

  async function dropDuplicates(dataset: string, valid: readonly CheckedRecord[]): Promise<CheckedRecord[]> {
    const named = new Set(valid.filter((record) => record.named).map((record) => record.recordId));
    const seen = await store.findAccepted(dataset, [...named]);
    return valid.filter(({ recordId, named: isNamed }) => {
      if (!isNamed) return true;
      const fresh = !seen.has(recordId);
      seen.add(recordId);
      return fresh;
    });
  }

  /** The first part's id is the batch's own. */
  function partsOf(records: readonly CheckedRecord[]): Part[] {
    const plain = records.map(({ recordId, timestamp, values }) => ({ recordId, timestamp, values }));
    const parts = splitByBytes(plain, maxMessageBytes).map((part) => ({ id: newId(), records: part }));
    return parts.length > 0 ? parts : [{ id: newId(), records: [] }];
  }

  async function sendParts(
    dataset: ServingDataset,
    parts: readonly Part[],
    receivedAt: string,
  ): Promise<void> {
    const messages = parts.filter((part) => part.records.length > 0);
    try {
      await Promise.all(
        messages.map(({ id, records }) =>
          send({
            id: newId(),
            type: 'records.batch',
            version: 1,
            workspace: dataset.workspace,
            createdAt: receivedAt,
            payload: { dataset: dataset.id, batch: id, receivedAt, records },
          }),
        ),
      );
    } catch (cause) {
      throw new DomainError('unavailable', 'The records could not be queued: send them again.', {
        cause,
        retryAfterSeconds: 2,
      });
    }
  }

  return {
    async accept(dataset, records) {
      const { valid, rejected } = checkRecords(dataset, records, newId, now());
      if (valid.length === 0) throw nothingValid(rejected);
      const accepted = await dropDuplicates(dataset.id, valid);
      const parts = partsOf(accepted);
      const receivedAt = new Date(now()).toISOString();
      await store.putBatches(batchItems(dataset, parts, receivedAt, expiry()));
      await sendParts(dataset, parts, receivedAt);
      const named = accepted.filter((record) => record.named).map((record) => record.recordId);
      await store.markAccepted(dataset.id, named, expiry());
      const duplicates = valid.length - accepted.length;
      return { batch_id: parts[0]?.id ?? '', accepted: accepted.length, duplicates, rejected };
    },
    async status(workspace, batch) {
      const [first] = await store.findBatches([batch]);
      if (!first || first.workspace !== workspace)
        throw new DomainError('not_found', `There is no batch ${batch} in this workspace.`);
      const parts = await store.findBatches(first.parts);
      const stored = parts.length === first.parts.length && parts.every((part) => part.status === 'stored');
      const storedAt = parts
        .map((part) => part.storedAt ?? '')
        .sort()
        .at(-1);
      return {
        batch_id: batch,
        dataset: first.dataset,
        status: stored ? 'stored' : 'accepted',
        accepted: parts.reduce((sum, part) => sum + part.accepted, 0),
        receivedAt: first.receivedAt,
        storedAt: stored && storedAt ? storedAt : null,
      };
    },
  };
}

function batchItems(
  dataset: ServingDataset,
  parts: readonly Part[],
  receivedAt: string,
  expiresAt: number,
): BatchItem[] {
  return parts.map(({ id, records }, index) => ({
    id: batchItemId(id),
    workspace: dataset.workspace,
    dataset: dataset.id,
    // Nothing was new: there is nothing to wait for.
    ...(records.length > 0 ? { status: 'accepted' } : { status: 'stored', storedAt: receivedAt }),
    accepted: records.length,
    receivedAt,
    parts: index === 0 ? parts.map((part) => part.id) : [id],
    expiresAt,
  }));
}

function nothingValid(rejected: readonly Rejection[]): DomainError {
  const problems = rejected.map(({ index, field, code, detail }) => ({
    field: field === '' ? `records.${index}` : `records.${index}.${field}`,
    code,
    detail,
  }));
  const first = problems[0];
  return new DomainError(
    'invalid',
    first ? `No record is valid. ${first.field}: ${first.detail}` : 'records: at least one record',
    { problems: first ? problems : [{ field: 'records', code: 'too_small', detail: 'at least one record' }] },
  );
}
