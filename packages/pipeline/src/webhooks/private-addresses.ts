/** @file Which network addresses a webhook may not have: those that lead to this machine or its neighbours and not into the world. */

import { BlockList, isIPv6 } from 'node:net';

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}

/** What is global among IPv6 addresses, without the parts of it that carry an IPv4 address inside or are for documents. */
const GLOBAL = new BlockList();
GLOBAL.addSubnet('2000::', 3, 'ipv6');
const CARRIERS = new BlockList();
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  CARRIERS.addSubnet(network, prefix, 'ipv6');
}

/** Whether the address leads nowhere but to this machine, its network, or nobody. @param address IPv4 or IPv6 in any spelling */
export function isPrivateAddress(address: string): boolean {
  if (!isIPv6(address)) return PRIVATE.check(address, 'ipv4');
  // An IPv4 address in the form ::ffff:127.0.0.1 is not among the global ones either: its plain form is asked for.
  return !GLOBAL.check(address, 'ipv6') || CARRIERS.check(address, 'ipv6');
}
