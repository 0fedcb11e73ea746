import { canonicalHost, isPublicAddress } from './public-address.ts';

test.each(['8.8.8.8', '1.1.1.1', '52.94.236.248', '2606:4700:4700::1111', '2a00:1450:4001:80b::200e'])(
  '%s is public',
  (address) => expect(isPublicAddress(address)).toBe(true),
);

/** How an address that must not be reached is written so that a guard takes it for another. */
test.each([
  ['loopback', '127.0.0.1'],
  ['loopback, short', '127.1'],
  ['loopback, decimal', '2130706433'],
  ['loopback, octal', '0177.0.0.1'],
  ['loopback, octal with zeros', '00000177.0.0.01'],
  ['loopback, hexadecimal', '0x7f000001'],
  ['loopback, mixed', '0x7f.1'],
  ['loopback, full-width digits', '１２７.０.０.１'],
  ['loopback, ideographic full stops', '127。0。0。1'],
  ['loopback, percent-encoded', '%31%32%37.0.0.1'],
  ['loopback, with a final dot', '127.0.0.1.'],
  ['loopback, elsewhere in its network', '127.255.255.254'],
  ['loopback, IPv6', '::1'],
  ['loopback, IPv6 in brackets', '[::1]'],
  ['loopback, IPv6 in full', '0:0:0:0:0:0:0:1'],
  ['IPv4 mapped', '::ffff:127.0.0.1'],
  ['IPv4 mapped, hexadecimal', '::ffff:7f00:1'],
  ['IPv4 compatible', '::127.0.0.1'],
  ['IPv4 translated', '::ffff:0:127.0.0.1'],
  ['NAT64', '64:ff9b::7f00:1'],
  ['NAT64, local', '64:ff9b:1::7f00:1'],
  ['6to4', '2002:7f00:1::'],
  ['Teredo', '2001:0:7f00:1::'],
  ['unspecified', '0.0.0.0'],
  ['unspecified, short', '0'],
  ['unspecified, IPv6', '::'],
  ['private', '10.0.0.1'],
  ['private', '172.16.0.1'],
  ['private', '192.168.1.1'],
  ['metadata', '169.254.169.254'],
  ['metadata, decimal', '2852039166'],
  ['metadata, hexadecimal', '0xa9.0xfe.0xa9.0xfe'],
  ['metadata of a task', '169.254.170.2'],
  ['metadata, mapped', '::ffff:169.254.169.254'],
  ['metadata, IPv6', 'fd00:ec2::254'],
  ['shared', '100.64.0.1'],
  ['benchmarks', '198.18.0.1'],
  ['documentation', '192.0.2.1'],
  ['multicast', '224.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['reserved', '240.0.0.1'],
  ['unique local', 'fc00::1'],
  ['link-local', 'fe80::1'],
  ['site-local', 'fec0::1'],
  ['multicast, IPv6', 'ff02::1'],
  ['documentation, IPv6', '2001:db8::1'],
])('%s, written %s, is not public', (_, written) => {
  const host = canonicalHost(written);
  expect(host === null || !isPublicAddress(host)).toBe(true);
});

test.each([
  'example.com/path',
  'user@example.com',
  'example.com:80',
  'example.com#x',
  'example.com?x',
  'exa mple.com',
  '127.0.0.1\\@example.com',
  'fe80::1%eth0',
  '',
])('%s is no host alone', (text) => expect(canonicalHost(text)).toBeNull());

test('names are canonical: lower case, punycode, no final dot', () => {
  expect(canonicalHost('EXAMPLE.com.')).toBe('example.com');
  expect(canonicalHost('bücher.example')).toBe('xn--bcher-kva.example');
});
