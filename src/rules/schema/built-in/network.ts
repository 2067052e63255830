import { BlockList, isIP } from 'node:net';

/** Whether a network is a part of another, and not all of it. */
export function contains(whole: string, part: string): boolean {
  const [[address, bits], [inner, innerBits]] = [whole, part].map((one) => one.split('/'));
  const family = (one: string) => (isIP(one) === 4 ? 'ipv4' : 'ipv6');
  if (family(address) !== family(inner) || Number(innerBits) <= Number(bits)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family(address));
  return list.check(inner, family(inner));
}
