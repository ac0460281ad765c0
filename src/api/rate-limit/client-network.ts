import { isIPv6 } from 'node:net';

/** The groups of an IPv6 address that a provider gives to a single customer, who may use a new address for each request. */
const networkGroups = 4;

/** What the requests of one client have in common: its IPv4 address, or the /64 network of an IPv6 one. */
export function clientNetwork(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const after = tail === '' ? 0 : tail.split(':').length;
    groups.push(...Array<string>(Math.max(0, 8 - groups.length - after)).fill('0'));
    if (tail !== '') groups.push(...tail.split(':'));
  }
  const network = groups.slice(0, networkGroups).map((group) => Number.parseInt(group, 16));
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
}
