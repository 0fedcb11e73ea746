import { z } from 'zod';

/** Pieces of a process's environment that several processes share. Secrets have no defaults. */
export const port = z
  .string()
  .regex(/^\d+$/, 'a port number')
  .transform(Number)
  .pipe(z.int().min(0).max(65535));
export const count = z.string().regex(/^\d+$/, 'a whole number').transform(Number);
export const queueUrl = z.url();

export const processEnvironment = {
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
};

/**
 * AWS endpoints and credentials are not here: the SDK reads AWS_REGION, AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>
 * and its credential chain by itself, on a laptop and on AWS alike.
 */
export const lakeEnvironment = {
  LAKE_BUCKET: z.string().min(3),
  /** Bucket in the path, not in the host name: for S3 at an address without wildcard DNS. */
  S3_FORCE_PATH_STYLE: z.stringbool().default(false),
};

/** MySQL by URL (mysql://…) or embedded SQLite (sqlite:/path/file.db). Holds a password: given by reference on AWS. */
export const databaseEnvironment = {
  DATABASE_URL: z.string().regex(/^(mysql|mariadb|sqlite):/, 'mysql://… or sqlite:/path'),
  /** In the URL's place, when the password is a secret of its own. */
  DATABASE_PASSWORD: z.string().min(1).optional(),
};
/** Redshift Serverless by its Data API. */
export const warehouseEnvironment = {
  REDSHIFT_WORKGROUP: z.string().min(1),
  REDSHIFT_DATABASE: z.string().min(1),
  /** The role Redshift assumes to COPY from the lake. */
  REDSHIFT_COPY_ROLE_ARN: z.string().min(1),
};
/** How hosts that users name are reached. */
export const egressEnvironment = {
  /** Hosts, with commas between, that may be reached although they are not on the public internet. */
  EGRESS_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((host) => host.trim())
        .filter((host) => host !== ''),
    ),
  /** An HTTP proxy that every such connection goes through; when it is down none is made. */
  EGRESS_PROXY_URL: z.url({ protocol: /^http$/ }).optional(),
};
