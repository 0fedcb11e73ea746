import { DomainError } from '../errors.ts';

/** The `key=value` lines of one block of a model's text: the header, or one tree. */
export type Block = ReadonlyMap<string, string>;

/** The header and each tree; what comes after "end of trees" is not needed. */
export function splitBlocks(text: string): Block[] {
  if (!text.includes('\nend of trees')) throw unusable('there is no "end of trees": the text is cut off');
  let block = new Map<string, string>();
  const blocks = [block];
  for (const line of text.split('\n')) {
    if (line.startsWith('end of trees')) break;
    if (line.startsWith('Tree=')) blocks.push((block = new Map<string, string>()));
    const equals = line.indexOf('=');
    if (equals > 0) block.set(line.slice(0, equals), line.slice(equals + 1).trim());
    else if (line.trim() !== '') block.set(line.trim(), '');
  }
  return blocks;
}

export function field(block: Block, key: string): string {
  const value = block.get(key);
  if (value === undefined) throw unusable(`"${key}" is missing`);
  return value;
}

/** Numbers as C++ prints them: `inf` and `nan` are among them, which JavaScript does not read. */
export function numbers(block: Block, key: string, count: number): number[] {
  const values = field(block, key).split(' ').filter(Boolean).map(readNumber);
  if (values.length !== count) throw unusable(`"${key}" has ${values.length} values instead of ${count}`);
  return values;
}

function readNumber(text: string): number {
  if (text === 'inf') return Infinity;
  if (text === '-inf') return -Infinity;
  const value = Number(text);
  if (Number.isNaN(value)) throw unusable(`"${text}" is not a number`);
  return value;
}

export function unusable(why: string): DomainError {
  return new DomainError('invalid', `The LightGBM model cannot be used: ${why}.`);
}
