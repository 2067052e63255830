import { isIP } from 'node:net';
import { portNameProblem } from '../../../formats/names';
import type { Field } from '../../../graph';
import type { SchemaProblem } from '../problem/schema-problem';
import { oneOf, refused, within, wrong } from './checks';
import { contains, isBlock } from './network';
import { selectorProblems } from './selector';

/**
 * Errors of the API server about a NetworkPolicy.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 */
export function networkPolicyProblems(spec: Field): SchemaProblem[] {
  const types = spec.get('policyTypes').items();
  return [
    ...selectorProblems(spec.get('podSelector')),
    ...(types.length > 2 ? [wrong(spec.get('policyTypes'), 'has more than two types')] : []),
    ...types.flatMap((type) => oneOf(type, ['Ingress', 'Egress'])),
    ...[
      ['ingress', 'from'],
      ['egress', 'to'],
    ].flatMap(([way, peers]) =>
      spec
        .get(way)
        .items()
        .flatMap((rule) => [
          ...rule.get('ports').items().flatMap(portProblems),
          ...rule.get(peers).items().flatMap(peerProblems),
        ]),
    ),
  ];
}

function portProblems(entry: Field): SchemaProblem[] {
  const [port, end] = ['port', 'endPort'].map((key) => entry.get(key));
  const found = oneOf(entry.get('protocol'), ['TCP', 'UDP', 'SCTP']);
  if (typeof port.value === 'number') found.push(...within(port, 1, 65535));
  else if (port.string !== undefined) {
    const problem = portNameProblem(port, port.string);
    if (problem) found.push({ kind: 'value', field: port, message: problem.split('; ')[0] });
  }
  if (!end.exists) return found;
  if (!port.exists) found.push(refused(end, 'and no port starts the range'));
  else if (port.string !== undefined) found.push(refused(end, 'and a named port cannot start a range'));
  else if (end.number !== undefined && port.number !== undefined && end.number < port.number) {
    found.push(refused(end, `which is below the port ${port.number}`));
  } else found.push(...within(end, 1, 65535));
  return found;
}

function peerProblems(peer: Field): SchemaProblem[] {
  const block = peer.get('ipBlock');
  const selectors = ['podSelector', 'namespaceSelector'].map((key) => peer.get(key));
  const others = selectors.filter(({ exists }) => exists);
  if (!block.exists && others.length === 0)
    return [wrong(peer, 'names no peer', 'set a podSelector, namespaceSelector or ipBlock')];
  const found = others.flatMap(selectorProblems);
  if (!block.exists) return found;
  if (others.length > 0) found.push(wrong(block, 'is set together with a selector'));
  return [...found, ...blockProblems(block)];
}

function blockProblems(block: Field): SchemaProblem[] {
  const cidr = block.get('cidr');
  if (cidr.string === undefined) return [];
  if (!isBlock(cidr.string)) {
    const hint =
      isIP(cidr.string) === 0
        ? 'such as 10.0.0.0/8'
        : `one address is '${cidr.string}/${isIP(cidr.string) === 4 ? 32 : 128}'`;
    return [refused(cidr, 'which is no network', hint)];
  }
  return block
    .get('except')
    .items()
    .filter(({ string }) => string !== undefined)
    .flatMap((one) => {
      if (!isBlock(one.string!)) return [refused(one, 'which is no network')];
      return contains(cidr.string!, one.string!) ? [] : [refused(one, `which is no part of ${cidr.string}`)];
    });
}
