import type { Environment } from './environments.ts';

/** Where things answer, for people and for each other. */
export const dashboardDomain = ({ domain }: Environment): string => `app.${domain}`;
export const dashboardOrigin = (environment: Environment): string =>
  `https://${dashboardDomain(environment)}`;
export const publicApiDomain = ({ domain }: Environment): string => `api.${domain}`;
/** The usage plan of a tier, whose id the backend finds by this name. */
export const usagePlanName = ({ name }: Environment, tier: string): string => `foretell-${name}-${tier}`;
/** The prediction API behind API Gateway: only a name in a certificate, in no zone. */
export const originDomain = ({ domain }: Environment): string => `origin.${domain}`;
