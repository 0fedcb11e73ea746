/**
 * DynamoDB's JSON, written as text: one pass and no objects, where the SDK's own marshalling costs several times a
 * prediction's whole CPU.
 */

/** Text as JSON; what is not Unicode (a lone surrogate) becomes the replacement character, as DynamoDB demands. */
export const jsonText = (text: string): string =>
  JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());

export const textAttribute = (text: string): string => `{"S":${jsonText(text)}}`;

/** Numbers beyond what DynamoDB holds (1e-130 to 1e125) are kept as their text. */
export function numberAttribute(value: number): string {
  const size = Math.abs(value);
  const fits = size === 0 || (size >= 1e-129 && size < 1e125);
  return fits ? `{"N":"${value === 0 ? 0 : value}"}` : `{"S":"${value}"}`;
}

/** Any JSON value. */
export function attribute(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return textAttribute(value);
    case 'number':
      return numberAttribute(value);
    case 'boolean':
      return value ? '{"BOOL":true}' : '{"BOOL":false}';
    case 'object':
      if (value === null) return '{"NULL":true}';
      return Array.isArray(value) ? `{"L":[${value.map(attribute).join(',')}]}` : mapAttribute(value);
    default:
      throw new TypeError(`A ${typeof value} cannot be stored.`);
  }
}

function mapAttribute(map: object): string {
  let text = '';
  for (const key in map) {
    const value = (map as Record<string, unknown>)[key];
    if (value !== undefined) text += `${text === '' ? '' : ','}${jsonText(key)}:${attribute(value)}`;
  }
  return `{"M":{${text}}}`;
}
