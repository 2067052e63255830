import type { Field } from '../graph';
import { objectsIn } from './manifests';
import { amountText, defined, lowerFirst, mapped, type Options, picked, renamed, seconds, unlessEmpty } from './values';

/**
 * The options of a container, each independent of the others.
 *
 * @param ports The ports that the container has besides the one that the app states itself.
 */
export function containerOptions(container: Field, pod: Field, ports: readonly Field[]): Options {
  const get = (name: string) => container.get(name);
  const options = {
    ...picked(container, 'name', 'command', 'args', 'workingDir'),
    imagePullPolicy: lowerFirst(get('imagePullPolicy')),
    resources: resources(get('resources')),
    envVariables: environment(get('env')),
    envFrom: mapped(get('envFrom'), source),
    lifecycle: lifecycle(get('lifecycle')),
    ports: unlessEmpty(ports.map(port)),
    liveness: probe(get('livenessProbe')),
    readiness: probe(get('readinessProbe')),
    startup: probe(get('startupProbe')),
    volumeMounts: mounts(get('volumeMounts'), pod),
    securityContext: security(get('securityContext')),
  };
  return defined(options) ?? {};
}

/** The ports of a container besides the first, which the app states itself. */
export function additionalPorts(container: Field): Field[] {
  return objectsIn(container.get('ports')).slice(1);
}

function resources(found: Field): Options | undefined {
  const both = (name: string) =>
    defined({
      request: amountText(found.get('requests', name)),
      limit: amountText(found.get('limits', name)),
    });
  return defined({ cpu: both('cpu'), memory: both('memory'), ephemeralStorage: both('ephemeral-storage') });
}

function environment(env: Field): Options | undefined {
  return env.exists ? Object.fromEntries(objectsIn(env).flatMap(variable)) : undefined;
}

/** The value of a variable by its name; nothing for a value that has no typed option. */
function variable(one: Field): (readonly [string, unknown])[] {
  const name = String(one.get('name').value);
  const from = (kind: string) => one.get('valueFrom', kind);
  const [secret, map, field, resource] = ['secretKeyRef', 'configMapKeyRef', 'fieldRef', 'resourceFieldRef'].map(from);
  if (secret.exists)
    return [[name, { secretValue: renamed(secret, { secret: 'name', key: 'key', optional: 'optional' }) }]];
  if (map.exists) return [[name, { configMap: renamed(map, { configMap: 'name', key: 'key', optional: 'optional' }) }]];
  const fieldRef = FIELDS.get(field.get('fieldPath').string);
  if (fieldRef !== undefined) return [[name, { fieldRef }]];
  const what = RESOURCES.get(resource.get('resource').string);
  if (what !== undefined) {
    const divisor = resource.get('divisor');
    return [[name, { resource: divisor.exists ? { resource: what, divisor: divisor.value } : what }]];
  }
  const { value } = one.get('value');
  return value === undefined ? [] : [[name, value]];
}

const FIELDS = new Map<string | undefined, string>([
  ['metadata.name', 'podName'],
  ['metadata.namespace', 'podNamespace'],
  ['metadata.uid', 'podUid'],
  ['status.podIP', 'podIp'],
  ['status.podIPs', 'podIps'],
  ['spec.serviceAccountName', 'serviceAccountName'],
  ['spec.nodeName', 'nodeName'],
  ['status.hostIP', 'nodeIp'],
]);

const RESOURCES = new Map<string | undefined, string>([
  ['limits.cpu', 'cpuLimit'],
  ['limits.memory', 'memoryLimit'],
  ['requests.cpu', 'cpuRequest'],
  ['requests.memory', 'memoryRequest'],
  ['limits.ephemeral-storage', 'storageLimit'],
  ['requests.ephemeral-storage', 'storageRequest'],
]);

function source(found: Field): Options | undefined {
  return defined({
    configMap: found.get('configMapRef', 'name').value,
    sec: found.get('secretRef', 'name').value,
    prefix: found.get('prefix').value,
  });
}

function lifecycle(found: Field): Options | undefined {
  return defined({ preStop: handler(found.get('preStop')), postStart: handler(found.get('postStart')) });
}

function handler(found: Field): Options | undefined {
  const [exec, httpGet, tcpSocket] = ['exec', 'httpGet', 'tcpSocket'].map((name) => found.get(name));
  if (exec.exists) return { command: exec.get('command').value };
  if (httpGet.exists) return { httpGet: defined({ ...picked(httpGet, 'path'), port: httpGet.get('port').number }) };
  if (!tcpSocket.exists) return undefined;
  return { tcpSocket: defined({ ...picked(tcpSocket, 'host'), port: tcpSocket.get('port').number }) };
}

function port(found: Field): Options | undefined {
  return defined({
    ...renamed(found, { number: 'containerPort', name: 'name' }),
    protocol: found.get('protocol').string?.toLowerCase(),
    ...renamed(found, { hostPort: 'hostPort', hostIp: 'hostIP' }),
  });
}

function probe(found: Field): Options | undefined {
  const options = {
    initialDelaySeconds: seconds(found.get('initialDelaySeconds')),
    periodSeconds: seconds(found.get('periodSeconds')),
    timeoutSeconds: seconds(found.get('timeoutSeconds')),
    ...picked(found, 'failureThreshold', 'successThreshold'),
  };
  const [httpGet, tcpSocket, exec] = ['httpGet', 'tcpSocket', 'exec'].map((name) => found.get(name));
  if (httpGet.exists) {
    const scheme = httpGet.get('scheme').string?.toLowerCase();
    const more = picked(httpGet, 'path', 'host');
    return { httpGet: defined({ ...more, port: httpGet.get('port').number, scheme, ...options }) };
  }
  if (tcpSocket.exists) return { tcpSocket: defined({ port: tcpSocket.get('port').number, ...options }) ?? {} };
  return exec.exists ? { command: defined({ ...picked(exec, 'command'), ...options }) } : undefined;
}

function mounts(found: Field, pod: Field): unknown {
  const volumes = pod.get('volumes').items();
  return mapped(found, (mount) => {
    const name = mount.get('name').string;
    const volume = volumeOf(volumes.find((one) => one.get('name').string === name));
    const propagation = PROPAGATIONS.get(mount.get('mountPropagation').string);
    const { mountPath: path, ...more } = picked(mount, 'mountPath', 'readOnly', 'subPath', 'subPathExpr');
    return volume && defined({ path, volume, ...more, propagation });
  })?.filter((mount) => mount !== undefined);
}

const PROPAGATIONS = new Map<string | undefined, string>([
  ['None', 'none'],
  ['HostToContainer', 'hostToContainer'],
  ['Bidirectional', 'bidirectional'],
]);

function volumeOf(volume: Field | undefined): Options | undefined {
  if (volume === undefined) return undefined;
  const name = volume.get('name').value;
  const kind = (of: string) => volume.get(of);
  const emptyDir = kind('emptyDir');
  if (emptyDir.exists) {
    const medium = emptyDir.get('medium').string === 'Memory' ? 'memory' : undefined;
    const more = defined({ medium, sizeLimit: emptyDir.get('sizeLimit').value });
    return { emptyDir: more ? { name, ...more } : name };
  }
  const files = (from: Field) =>
    defined({ name, ...picked(from, 'defaultMode', 'optional'), items: items(from.get('items')) });
  const [configMap, secret, hostPath, nfs, csi, claim] = [
    ...['configMap', 'secret', 'hostPath', 'nfs', 'csi', 'persistentVolumeClaim'],
  ].map(kind);
  if (configMap.exists) return { configMap: { configMap: configMap.get('name').value, ...files(configMap) } };
  if (secret.exists) return { secret: { secr: secret.get('secretName').value, ...files(secret) } };
  if (hostPath.exists) {
    const type = lowerFirst(hostPath.get('type'));
    return { hostPath: defined({ name, ...picked(hostPath, 'path'), type: type === '' ? undefined : type }) };
  }
  if (nfs.exists) return { nfs: { name, ...picked(nfs, 'server', 'path', 'readOnly') } };
  if (csi.exists) {
    const { driver, ...more } = renamed(csi, {
      ...{ driver: 'driver', fsType: 'fsType', readOnly: 'readOnly' },
      attributes: 'volumeAttributes',
    });
    return { csi: defined({ driver, name, ...more }) };
  }
  return claim.exists
    ? { persistentVolumeClaim: defined({ claim: claim.get('claimName').value, name, ...picked(claim, 'readOnly') }) }
    : undefined;
}

function items(found: Field): Options | undefined {
  const all = mapped(found, (one) => [String(one.get('key').value), defined(picked(one, 'path', 'mode'))] as const);
  return all && Object.fromEntries(all);
}

function security(found: Field): Options | undefined {
  const capabilities = (list: string) =>
    mapped(found.get('capabilities', list), ({ value }) => capability(String(value)));
  return defined({
    ...renamed(found, {
      ensureNonRoot: 'runAsNonRoot',
      privileged: 'privileged',
      readOnlyRootFilesystem: 'readOnlyRootFilesystem',
      allowPrivilegeEscalation: 'allowPrivilegeEscalation',
      user: 'runAsUser',
      group: 'runAsGroup',
    }),
    capabilities: defined({ add: capabilities('add'), drop: capabilities('drop') }),
  });
}

/** `NET_BIND_SERVICE` as `netBindService`. */
function capability(name: string): string {
  return name.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
