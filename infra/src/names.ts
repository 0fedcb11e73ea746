import type { Environment } from './environments.ts';

/** Where things answer, for people and for each other. */
export const dashboardDomain = ({ domain }: Environment): string => `app.${domain}`;
export const dashboardOrigin = (environment: Environment): string =>
  `https://${dashboardDomain(environment)}`;
export const publicApiDomain = ({ domain }: Environment): string => `api.${domain}`;
/** The prediction API behind API Gateway: only a name in a certificate, in no zone. */
export const originDomain = ({ domain }: Environment): string => `origin.${domain}`;
