import { BlockList, isIP } from 'node:net';
import { isNetwork } from '../../../formats/istio-values';

/** Whether a text is a block of addresses, such as `10.0.0.0/8`. An address alone is none. */
export const isBlock = (text: string): boolean => text.includes('/') && isNetwork(text);

/** Whether a network is a part of another, and not all of it. */
export function contains(whole: string, part: string): boolean {
  const [[address, bits], [inner, innerBits]] = [whole, part].map((one) => one.split('/'));
  const family = (one: string) => (isIP(one) === 4 ? 'ipv4' : 'ipv6');
  if (family(address) !== family(inner) || Number(innerBits) <= Number(bits)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family(address));
  return list.check(inner, family(inner));
}
