/** IPv4 blocks as numbers: enough to lay subnets out and to say why a block will not do. */
export interface Block {
  readonly address: number;
  readonly prefix: number;
}

export const sizeOf = (block: Block): number => 2 ** (32 - block.prefix);

/** Null when the text is not `a.b.c.d/p` or has host bits set. */
export function parseBlock(text: string): Block | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return null;
  const [a, b, c, d, prefix] = match.slice(1).map(Number) as [number, number, number, number, number];
  if ([a, b, c, d].some((byte) => byte > 255) || prefix > 32) return null;
  const block = { address: ((a * 256 + b) * 256 + c) * 256 + d, prefix };
  return block.address % sizeOf(block) === 0 ? block : null;
}

export function formatBlock({ address, prefix }: Block): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  return `${bytes.join('.')}/${prefix}`;
}

export const overlap = (a: Block, b: Block): boolean =>
  a.address < b.address + sizeOf(b) && b.address < a.address + sizeOf(a);

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map((text) => parseBlock(text));
export const isPrivate = (block: Block): boolean =>
  privateRanges.some(
    (range) =>
      range !== null &&
      range.address <= block.address &&
      block.address + sizeOf(block) <= range.address + sizeOf(range),
  );

/** The longest prefix a VPC may have: three private subnets of 256 addresses and three public ones of 32. */
export const longestVpcPrefix = 22;

/** Three quarters are private subnets, the last quarter holds three public ones of an eighth of its size each. */
export function layOut(vpc: Block): {
  readonly private: readonly string[];
  readonly public: readonly string[];
} {
  const quarter = vpc.prefix + 2;
  const small = quarter + 3;
  const at = (index: number, prefix: number, base: number) =>
    formatBlock({ address: base + index * 2 ** (32 - prefix), prefix });
  const lastQuarter = vpc.address + 3 * 2 ** (32 - quarter);
  return {
    private: [0, 1, 2].map((index) => at(index, quarter, vpc.address)),
    public: [0, 1, 2].map((index) => at(index, small, lastQuarter)),
  };
}
