/** A class of the provider, as cdktf's matchers take it. */
interface ResourceType {
  readonly tfResourceType: string;
}

declare global {
  // The name is jest's: its matchers are declared there.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    interface Matchers<R> {
      toHaveResource(type: ResourceType): R;
      toHaveResourceWithProperties(type: ResourceType, properties: Readonly<Record<string, unknown>>): R;
    }
  }
}

export {};
