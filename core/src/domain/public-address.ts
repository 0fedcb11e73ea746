import ipaddr from 'ipaddr.js';

const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

/**
 * Whether an IP address is on the public internet. Everything else is not: private, loopback, link-local (the metadata of
 * a cloud), shared, multicast, reserved, and every IPv6 form that carries an IPv4 address within it.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv6)
    return address.zoneId === undefined && address.match(globalUnicast) && address.range() === 'unicast';
  return address.range() === 'unicast';
}

/**
 * A host as browsers understand it: lower case, punycode, and every spelling of an IPv4 address (`0x7f.1`, `2130706433`,
 * `0177.0.0.1`, full-width digits) as four decimal parts; IPv6 without brackets. Null when it is not a host alone.
 */
export function canonicalHost(text: string): string | null {
  const bracketed = ipaddr.IPv6.isValid(text) ? `[${text}]` : text;
  if (/[\s/?#@\\]|%|:\d*$/.test(bracketed.replace(/^\[.*\]$/, ''))) return null;
  const url = URL.parse(`https://${bracketed}/`);
  if (!url || url.hostname === '' || url.pathname !== '/' || url.port !== '') return null;
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}
