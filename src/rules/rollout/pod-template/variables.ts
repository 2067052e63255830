import { canonicalQuantity } from '../../../formats/quantity';
import type { Field } from '../../../graph';
import type { Report } from '../../shared/rule';
import { mustBeOneOf, mustHaveOne, refuse } from './say';

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];
const OF_ENVIRONMENT = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
const OF_FILES = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];
const SUBSCRIPT = /^metadata\.(annotations|labels)\['.*'\]$/;
/** An older name for `spec.nodeName`. */
const OLD_NODE = 'spec.host';
const AMOUNTS = ['cpu', 'memory', 'ephemeral-storage'];
const RESOURCES = ['limits', 'requests'].flatMap((kind) => AMOUNTS.map((what) => `${kind}.${what}`));
const UNITS = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((unit) => `1${unit}`);

/**
 * From where the variables of a container come.
 *
 * @see pkg/apis/core/validation/validation.go of Kubernetes 1.37, `ValidateEnv` and `ValidateEnvFrom`
 */
export function checkVariables(container: Field, report: Report): void {
  for (const variable of container.get('env').items()) {
    const from = variable.get('valueFrom');
    if (!from.exists) continue;
    const { value } = variable.get('value');
    if (value !== undefined && value !== null && value !== '') {
      report(from, `${variable} has both value and valueFrom`, { on: 'key', hint: 'use one of them' });
    } else mustHaveOne(report, from, SOURCES, 'source');
    checkFieldRef(from.get('fieldRef'), OF_ENVIRONMENT, report);
    checkResourceRef(from.get('resourceFieldRef'), report);
  }
  for (const all of container.get('envFrom').items()) mustHaveOne(report, all, ['configMapRef', 'secretRef'], 'source');
}

/**
 * Files that say what is known of a pod.
 *
 * @see pkg/apis/core/validation/validation.go of Kubernetes 1.37, `validateDownwardAPIVolumeFile`
 */
export function checkDownwardFile(file: Field, report: Report): void {
  mustHaveOne(report, file, ['fieldRef', 'resourceFieldRef'], 'source');
  checkFieldRef(file.get('fieldRef'), OF_FILES, report);
  const resource = file.get('resourceFieldRef');
  checkResourceRef(resource, report);
  if (resource.exists && !resource.get('containerName').value) report(resource, `${resource} has no containerName`);
}

function checkFieldRef(reference: Field, allowed: readonly string[], report: Report): void {
  const path = reference.get('fieldPath');
  if (path.string === undefined || SUBSCRIPT.test(path.string)) return;
  if (path.string === OLD_NODE && allowed === OF_ENVIRONMENT) return;
  mustBeOneOf(report, path, allowed);
}

function checkResourceRef(reference: Field, report: Report): void {
  const resource = reference.get('resource');
  const { string } = resource;
  if (string === undefined) return;
  if (/^(limits|requests)\.hugepages-/.test(string)) return;
  mustBeOneOf(report, resource, RESOURCES);
  const divisor = reference.get('divisor');
  const written = divisor.exists ? canonicalQuantity(String(divisor.value)) : undefined;
  if (written === undefined || written === '0' || !RESOURCES.includes(string)) return;
  const units = string.endsWith('.cpu') ? ['1m', '1'] : UNITS;
  if (!units.includes(written)) refuse(report, divisor, 'which is no divisor', `it can be ${units.join(', ')}`);
}
