import { isIP } from 'node:net';
import { isQualifiedName, isSubdomain } from '../../../formats/names';
import type { Field } from '../../../graph';
import type { SchemaProblem } from '../problem/schema-problem';
import { oneOf, refused, within, wrong } from './checks';
import { isBlock } from './network';

/** Fields that only a load balancer has. */
const OF_LOAD_BALANCERS = ['loadBalancerClass', 'loadBalancerSourceRanges', 'allocateLoadBalancerNodePorts'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
/** A day, in seconds. */
const LONGEST_AFFINITY = 86_400;

/**
 * Errors of the API server about a Service, except those about its ports (SCH010).
 *
 * @see pkg/apis/core/validation/validation.go of Kubernetes 1.37, `validateService`
 */
export function serviceProblems(spec: Field): SchemaProblem[] {
  const type = spec.get('type').string || 'ClusterIP';
  return [
    ...byType(spec, type),
    ...addressProblems(spec, type),
    ...(spec.get('sessionAffinity').string === 'ClientIP'
      ? within(spec.get('sessionAffinityConfig', 'clientIP', 'timeoutSeconds'), 1, LONGEST_AFFINITY)
      : []),
    ...oneOf(spec.get('trafficDistribution'), DISTRIBUTIONS),
    ...spec
      .get('ports')
      .items()
      .map((port) => port.get('appProtocol'))
      .filter(({ string }) => string !== undefined && !isQualifiedName(string))
      .map((protocol) => refused(protocol, 'which is no name of a protocol')),
  ];
}

/** Fields that another type of Service has. */
function byType(spec: Field, type: string): SchemaProblem[] {
  const found: SchemaProblem[] = [];
  const needs = (field: Field, wanted: string): void => {
    const isSet = field.exists && field.value !== '' && field.value !== 0;
    if (isSet && !(Array.isArray(field.value) && field.value.length === 0)) {
      found.push(wrong(field, `is set, which needs ${wanted}, and the type is ${type}`));
    }
  };
  if (type !== 'LoadBalancer') {
    for (const key of OF_LOAD_BALANCERS) needs(spec.get(key), 'the type LoadBalancer');
  }
  if (type === 'ClusterIP') {
    for (const port of spec.get('ports').items()) needs(port.get('nodePort'), 'the type NodePort or LoadBalancer');
  }
  const isOutside = type === 'LoadBalancer' || type === 'NodePort';
  if (!isOutside && !(type === 'ClusterIP' && spec.get('externalIPs').items().length > 0)) {
    needs(spec.get('externalTrafficPolicy'), 'the type NodePort or LoadBalancer');
  }
  if (type !== 'LoadBalancer' || spec.get('externalTrafficPolicy').string !== 'Local') {
    needs(spec.get('healthCheckNodePort'), 'the type LoadBalancer with externalTrafficPolicy: Local');
  }
  return found;
}

function addressProblems(spec: Field, type: string): SchemaProblem[] {
  const found: SchemaProblem[] = [];
  const own = spec.get('clusterIP');
  if (own.string && own.string !== 'None' && isIP(own.string) === 0) found.push(refused(own, 'which is no IP address'));
  for (const address of spec.get('externalIPs').items()) {
    if (address.string !== undefined && isIP(address.string) === 0) {
      found.push(refused(address, 'which is no IP address'));
    }
  }
  for (const range of spec.get('loadBalancerSourceRanges').items()) {
    if (range.string !== undefined && !isBlock(range.string.trim())) {
      found.push(refused(range, 'which is no block of addresses', "such as '10.0.0.0/8'"));
    }
  }
  const name = spec.get('externalName');
  if (type === 'ExternalName' && name.string && !isSubdomain(name.string.replace(/\.$/, ''))) {
    found.push(refused(name, 'which is no DNS name'));
  }
  const families = spec.get('ipFamilies').items();
  if (families.length === 2 && families[0].string === families[1].string) {
    found.push(refused(families[1], 'which is there twice'));
  }
  return found;
}
