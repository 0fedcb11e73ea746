import { formatBlock, isPrivate, layOut, longestVpcPrefix, overlap, parseBlock, sizeOf } from './cidr.ts';

const block = (text: string) => parseBlock(text)!;

test('a block is read with its address and prefix, and written as it was read', () => {
  expect(block('10.40.0.0/16')).toEqual({ address: 10 * 2 ** 24 + 40 * 2 ** 16, prefix: 16 });
  expect(formatBlock(block('192.168.128.0/17'))).toBe('192.168.128.0/17');
  expect(sizeOf(block('10.0.0.0/22'))).toBe(1024);
});

test.each(['10.40.0.0', '10.40.0/16', '10.40.0.256/32', '10.40.0.0/33', '10.40.0.1/16', 'x'])(
  '%s is no block',
  (text) => expect(parseBlock(text)).toBeNull(),
);

test('six subnets are laid out inside the block, and none overlaps another', () => {
  const vpc = block('10.40.0.0/16');
  const { private: inner, public: outer } = layOut(vpc);
  expect(inner).toEqual(['10.40.0.0/18', '10.40.64.0/18', '10.40.128.0/18']);
  expect(outer).toEqual(['10.40.192.0/21', '10.40.200.0/21', '10.40.208.0/21']);
  const all = [...inner, ...outer].map(block);
  for (const [index, one] of all.entries()) {
    expect(overlap(one, vpc)).toBe(true);
    for (const other of all.slice(index + 1)) expect(overlap(one, other)).toBe(false);
  }
});

test('the smallest block that is allowed gives private subnets of 256 addresses', () => {
  const sizes = layOut(block(`10.0.0.0/${longestVpcPrefix}`)).private.map((text) => sizeOf(block(text)));
  expect(sizes).toEqual([256, 256, 256]);
});

test('only the private ranges are private', () => {
  expect(isPrivate(block('172.16.0.0/16'))).toBe(true);
  expect(isPrivate(block('172.32.0.0/16'))).toBe(false);
  expect(isPrivate(block('8.8.0.0/16'))).toBe(false);
});
