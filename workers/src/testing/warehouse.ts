import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { createLake } from '@foretell/core/node/lake';
import { withSchema } from '../warehouse/schema.ts';
import type { StagedLoadDeps } from '../warehouse/staged-load.ts';
import { createWarehouse } from '../warehouse/warehouse.ts';

/** Clients for a test whose `process.env` names a local AWS. */
export function createTestWarehouse(bucket: string): StagedLoadDeps {
  const options = { workgroup: 'foretell', database: 'foretell' };
  return {
    lake: createLake(new S3Client({ forcePathStyle: true }), bucket),
    warehouse: withSchema(createWarehouse(new RedshiftDataClient({}), options)),
    copyRoleArn: 'arn:aws:iam::000000000000:role/foretell-copy',
  };
}
