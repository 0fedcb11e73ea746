/**
 * The request handler's settings of an AWS client whose calls end: so many milliseconds to the answer's head, and as many
 * without a byte of its body. The call fails as a `TimeoutError`, to be tried again; by default the SDK would only warn.
 */
export const endsWithin = (timeoutMs: number) => ({
  connectionTimeout: Math.min(1000, timeoutMs),
  requestTimeout: timeoutMs,
  socketTimeout: timeoutMs,
  throwOnRequestTimeout: true,
});
