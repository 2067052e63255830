import { isIP } from 'node:net';
import { dnsLabelProblem, isSubdomain } from '../../../formats/names';
import type { Field } from '../../../graph';
import type { Report } from '../../shared/rule';
import { refuse } from './say';

const MOST_SERVERS = 3;
const MOST_SEARCHES = 32;
const LONGEST_SEARCHES = 2048;
/** Fields that name an object, or a node. */
const OBJECTS = ['serviceAccountName', 'nodeName', 'priorityClassName', 'runtimeClassName'];
/** Fields that are parts of a host name. */
const LABELS = ['hostname', 'subdomain'];

/** The fields of a pod that are checked here. */
export const NAMES: readonly string[] = [...OBJECTS, ...LABELS, 'hostAliases', 'dnsPolicy', 'dnsConfig'];

/**
 * How a pod is called, and how it finds others.
 *
 * @see pkg/apis/core/validation/validation.go of Kubernetes 1.37, `ValidatePodSpec`, `validatePodDNSConfig` and `ValidateHostAliases`
 */
export function checkNames(spec: Field, report: Report): void {
  for (const key of OBJECTS) isDomain(spec.get(key), report);
  for (const key of LABELS) {
    const field = spec.get(key);
    const problem = field.string ? dnsLabelProblem(field, field.string) : undefined;
    if (problem) report(field, problem.split('; ')[0]);
  }
  for (const alias of spec.get('hostAliases').items()) {
    isAddress(alias.get('ip'), report);
    for (const name of alias.get('hostnames').items()) isDomain(name, report);
  }
  checkDns(spec, report);
}

function checkDns(spec: Field, report: Report): void {
  const config = spec.get('dnsConfig');
  const servers = config.get('nameservers').items();
  const policy = spec.get('dnsPolicy');
  if (policy.string === 'None' && servers.length === 0) {
    refuse(report, policy, 'which needs name servers of your own', 'give dnsConfig.nameservers');
  }
  if (servers.length > MOST_SERVERS) {
    report(config.get('nameservers'), `${config.get('nameservers')} has ${servers.length} servers, and can have 3`);
  }
  for (const server of servers) isAddress(server, report);
  const searches = config.get('searches');
  const domains = searches.items().flatMap(({ string }) => string ?? []);
  if (domains.length > MOST_SEARCHES || domains.join(' ').length > LONGEST_SEARCHES) {
    report(searches, `${searches} has more than ${MOST_SEARCHES} domains, or more than 2,048 characters`);
  }
  for (const domain of searches.items()) {
    const name = domain.string?.replace(/\.$/, '').replaceAll('_', '-');
    if (name && !isSubdomain(name)) refuse(report, domain, 'which is no domain');
  }
}

function isDomain(field: Field, report: Report): void {
  if (field.string && !isSubdomain(field.string)) refuse(report, field, 'which is no DNS name');
}

function isAddress(field: Field, report: Report): void {
  // Go reads numbers with zeros before them as well.
  const address = field.string?.replace(/(^|\.)0+(?=\d)/g, '$1');
  if (address !== undefined && isIP(address) === 0) refuse(report, field, 'which is no IP address');
}
