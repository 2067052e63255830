import { isIP } from 'node:net';
import { dnsLabelProblem, portNameProblem } from '../../../formats/names';
import type { Field, Resource } from '../../../graph';
import type { SchemaProblem } from '../problem/schema-problem';
import { isDnsName, needed, oneOf, refused, within, wrong } from './checks';

const CLASS = 'kubernetes.io/ingress.class';

/** Parts that the API server refuses in paths of type Exact and Prefix. */
const IN_PATHS = ['//', '/./', '/../', '%2f', '%2F'];
const AT_ENDS = ['/..', '/.'];

/**
 * Errors of the API server about an Ingress.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/
 */
export function ingressProblems(ingress: Resource): SchemaProblem[] {
  const spec = ingress.field('spec');
  const rules = spec.get('rules').items();
  const byDefault = spec.get('defaultBackend');
  const name = spec.get('ingressClassName');
  const annotation = ingress.field('metadata', 'annotations', CLASS);
  const found = [
    ...(rules.length === 0 && !byDefault.exists ? [wrong(spec, 'has neither rules nor a defaultBackend')] : []),
    ...(byDefault.exists ? backendProblems(byDefault) : []),
    ...rules.flatMap(ruleProblems),
    ...spec.get('tls').items().flatMap(tlsProblems),
  ];
  if (name.string !== undefined && !isDnsName(name.string, false)) found.push(refused(name, 'which is no name'));
  if (name.string !== undefined && annotation.string !== undefined && name.string !== annotation.string) {
    found.push(refused(name, `and the annotation ${CLASS} says '${annotation.string}'`, 'keep one of them'));
  }
  return found;
}

function ruleProblems(rule: Field): SchemaProblem[] {
  const host = rule.get('host');
  const paths = rule.get('http', 'paths');
  const found: SchemaProblem[] = [];
  if (host.string && isIP(host.string) !== 0) found.push(refused(host, 'which is an address, and must be a name'));
  else if (host.string && !isDnsName(host.string, true)) found.push(refused(host, 'which is no DNS name'));
  if (Array.isArray(paths.value) && paths.value.length === 0) found.push(wrong(paths, 'is empty'));
  return [...found, ...paths.items().flatMap(pathProblems)];
}

function pathProblems(entry: Field): SchemaProblem[] {
  const type = entry.get('pathType');
  const path = entry.get('path');
  // Kubernetes looks at nothing else of an entry without its type.
  if (!type.exists) return [];
  const { string: text = '' } = path;
  const found = oneOf(type, ['Exact', 'Prefix', 'ImplementationSpecific']);
  const exactly = type.string === 'Exact' || type.string === 'Prefix';
  if (exactly || (type.string === 'ImplementationSpecific' && text !== '')) {
    if (!text.startsWith('/')) {
      found.push(
        path.exists
          ? refused(path, "which does not begin with '/'")
          : wrong(entry, `is of type ${type.string} without a path`),
      );
    }
  }
  if (exactly) {
    for (const part of IN_PATHS) if (text.includes(part)) found.push(refused(path, `which must not contain '${part}'`));
    for (const end of AT_ENDS) if (text.endsWith(end)) found.push(refused(path, `which must not end with '${end}'`));
  }
  return [...found, ...backendProblems(entry.get('backend'))];
}

function backendProblems(backend: Field): SchemaProblem[] {
  const service = backend.get('service');
  const resource = backend.get('resource');
  if (service.exists && resource.exists) return [wrong(backend, 'has both a service and a resource, and takes one')];
  if (resource.exists) return [...needed(resource, 'kind'), ...needed(resource, 'name')];
  if (!service.exists) return backend.exists ? [wrong(backend, 'has neither a service nor a resource')] : [];
  const [name, number] = ['name', 'number'].map((key) => service.get('port', key));
  const given = [name.string, number.number || undefined].filter((one) => one !== undefined && one !== '');
  const found = [...needed(service, 'name'), ...within(number, number.number === 0 ? 0 : 1, 65535)];
  const problem = service.get('name').string
    ? dnsLabelProblem(service.get('name'), service.get('name').string!)
    : undefined;
  if (problem) found.push({ kind: 'value', field: service.get('name'), message: problem.split('; ')[0] });
  if (given.length > 1) found.push(wrong(service.get('port'), 'has a name and a number, and takes one'));
  if (given.length === 0) found.push(wrong(service, 'names no port', 'set port.number or port.name'));
  const called = name.string ? portNameProblem(name, name.string) : undefined;
  if (called) found.push({ kind: 'value', field: name, message: called.split('; ')[0] });
  return found;
}

function tlsProblems(entry: Field): SchemaProblem[] {
  const secret = entry.get('secretName');
  const found = entry
    .get('hosts')
    .items()
    .filter(({ string }) => string !== undefined && !isDnsName(string, true))
    .map((host) => refused(host, 'which is no DNS name'));
  if (secret.string && !isDnsName(secret.string, false)) found.push(refused(secret, 'which is no name of a Secret'));
  return found;
}
