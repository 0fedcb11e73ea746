import type { Colour } from './release-bake.ts';

/**
 * What Terraform makes and the release tool finds by name: both take the names from here. `environment` is `staging` or
 * `production`, `service` one of an environment's services.
 */
export const colours = ['blue', 'green'] as const satisfies readonly Colour[];
export const otherColour = (colour: Colour): Colour => (colour === 'blue' ? 'green' : 'blue');

/** The header that a test rule asks for: a release asks the standby by it before traffic does. Its value is the rule's own. */
export const colourHeader = 'x-foretell-colour';

export const clusterName = (environment: string): string => environment;
export const serviceName = (service: string, colour: Colour): string => `${service}-${colour}`;
/** What `aws_appautoscaling_target` calls the service. */
export const scalableResource = (environment: string, service: string, colour: Colour): string =>
  `service/${clusterName(environment)}/${serviceName(service, colour)}`;

/** The family of the revisions that run; Terraform's own is the template. */
export const revisionFamily = (environment: string, service: string): string =>
  `foretell-${environment}-${service}`;
export const templateFamily = (environment: string, service: string): string =>
  `${revisionFamily(environment, service)}-template`;

/** `short` is the environment's: a target group's name has at most 32 characters. */
export const targetGroupName = (short: string, service: string, colour: Colour): string =>
  `ft-${short}-${service}-${colour}`;
/** Every alarm of a service starts with it, of one colour with it and the colour. */
export const alarmPrefix = (environment: string, service: string): string =>
  `foretell-${environment}-${service}-`;
export const serviceLogGroup = (environment: string, service: string): string =>
  `/foretell/${environment}/${service}`;

/** Holds a `releaseBake`. */
export const bakeParameter = (environment: string, service: string): string =>
  `/foretell/${environment}/${service}/bake`;
/** Holds the colour whose workers receive. */
export const activeColourParameter = (environment: string, service: string): string =>
  `/foretell/${environment}/${service}/active-colour`;

export const sampleFunctionName = (environment: string): string => `foretell-${environment}-sample`;
export const repositoryName = (image: string): string => `foretell/${image}`;
export const releasesTableName = (environment: string): string => `foretell-${environment}-releases`;
