/** The door of tests to what a fresh local AWS must have; see startLocalAws for a whole one. */
export { createResources, type Resources } from '../resources.ts';
