import { Json } from './manifests';

/** The options of a container that say what a manifest's container says, each by itself. */
export function containerOptions(container: Json, pod: Json): { [option: string]: Json } {
  const [, ...ports] = container.ports ?? [];
  const options: { [option: string]: Json | undefined } = {
    name: container.name,
    command: container.command,
    args: container.args,
    workingDir: container.workingDir,
    imagePullPolicy: lowerFirst(container.imagePullPolicy),
    resources: resources(container.resources),
    envVariables: environment(container.env),
    envFrom: sources(container.envFrom),
    lifecycle: lifecycle(container.lifecycle),
    ports: ports.length > 0 ? ports.map(port) : undefined,
    liveness: probe(container.livenessProbe),
    readiness: probe(container.readinessProbe),
    startup: probe(container.startupProbe),
    volumeMounts: mounts(container.volumeMounts, pod),
    securityContext: security(container.securityContext),
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function resources(found: Json): Json {
  if (!found) return undefined;
  const both = (name: string) => defined({ request: text(found.requests?.[name]), limit: text(found.limits?.[name]) });
  return defined({ cpu: both('cpu'), memory: both('memory'), ephemeralStorage: both('ephemeral-storage') });
}

function environment(env: Json): Json {
  if (!Array.isArray(env)) return undefined;
  const entries = env.map(({ name, value, valueFrom }: Json) => {
    const { secretKeyRef: secret, configMapKeyRef: map, fieldRef: field, resourceFieldRef: resource } = valueFrom ?? {};
    if (secret)
      return [name, { secretValue: defined({ secret: secret.name, key: secret.key, optional: secret.optional }) }];
    if (map) return [name, { configMap: defined({ configMap: map.name, key: map.key, optional: map.optional }) }];
    if (field && FIELDS[field.fieldPath]) return [name, { fieldRef: FIELDS[field.fieldPath] }];
    if (resource && RESOURCES[resource.resource]) {
      const { resource: what, divisor } = resource;
      return [name, { resource: divisor ? { resource: RESOURCES[what], divisor } : RESOURCES[what] }];
    }
    return value === undefined ? undefined : [name, value];
  });
  return Object.fromEntries(entries.filter((entry) => entry !== undefined));
}

const FIELDS: { readonly [path: string]: string } = {
  'metadata.name': 'podName',
  'metadata.namespace': 'podNamespace',
  'metadata.uid': 'podUid',
  'status.podIP': 'podIp',
  'status.podIPs': 'podIps',
  'spec.serviceAccountName': 'serviceAccountName',
  'spec.nodeName': 'nodeName',
  'status.hostIP': 'nodeIp',
};

const RESOURCES: { readonly [resource: string]: string } = {
  'limits.cpu': 'cpuLimit',
  'limits.memory': 'memoryLimit',
  'requests.cpu': 'cpuRequest',
  'requests.memory': 'memoryRequest',
  'limits.ephemeral-storage': 'storageLimit',
  'requests.ephemeral-storage': 'storageRequest',
};

function sources(found: Json): Json {
  return found?.map(({ configMapRef: map, secretRef: secret, prefix }: Json) =>
    defined({ configMap: map?.name, sec: secret?.name, prefix }),
  );
}

function lifecycle(found: Json): Json {
  return found && defined({ preStop: handler(found.preStop), postStart: handler(found.postStart) });
}

function handler(found: Json): Json {
  const { exec, httpGet, tcpSocket } = found ?? {};
  if (exec) return { command: exec.command };
  if (httpGet) return { httpGet: defined({ path: httpGet.path, port: numeric(httpGet.port) }) };
  return tcpSocket && { tcpSocket: defined({ host: tcpSocket.host, port: numeric(tcpSocket.port) }) };
}

function port({ containerPort, name, protocol, hostPort, hostIP }: Json): Json {
  return defined({ number: containerPort, name, protocol: protocol?.toLowerCase(), hostPort, hostIp: hostIP });
}

const numeric = (value: Json): number | undefined => (typeof value === 'number' ? value : undefined);

function probe(found: Json): Json {
  if (!found) return undefined;
  const options = {
    initialDelaySeconds: seconds(found.initialDelaySeconds),
    periodSeconds: seconds(found.periodSeconds),
    timeoutSeconds: seconds(found.timeoutSeconds),
    failureThreshold: found.failureThreshold,
    successThreshold: found.successThreshold,
  };
  const { httpGet, tcpSocket, exec } = found;
  if (httpGet) {
    const { path, port: at, host, scheme } = httpGet;
    return { httpGet: defined({ path, port: numeric(at), host, scheme: scheme?.toLowerCase(), ...options }) };
  }
  if (tcpSocket) return { tcpSocket: defined({ port: numeric(tcpSocket.port), ...options }) ?? {} };
  return exec ? { command: defined({ command: exec.command, ...options }) } : undefined;
}

function mounts(found: Json, pod: Json): Json {
  if (!Array.isArray(found)) return undefined;
  const carried = found.map(({ name, mountPath, readOnly, subPath, subPathExpr, mountPropagation }: Json) => {
    const volume = volumeOf(pod.volumes?.find((one: Json) => one.name === name));
    const propagation = PROPAGATIONS[mountPropagation];
    return volume && defined({ path: mountPath, volume, readOnly, subPath, subPathExpr, propagation });
  });
  return carried.filter((mount) => mount !== undefined);
}

const PROPAGATIONS: { readonly [name: string]: string } = {
  None: 'none',
  HostToContainer: 'hostToContainer',
  Bidirectional: 'bidirectional',
};

function volumeOf(volume: Json): Json {
  const { name, emptyDir, configMap, secret, persistentVolumeClaim: claim, hostPath, nfs, csi } = volume ?? {};
  if (emptyDir) {
    const { medium, sizeLimit } = emptyDir;
    const more = defined({ medium: medium === 'Memory' ? 'memory' : undefined, sizeLimit });
    return { emptyDir: more ? { name, ...more } : name };
  }
  const files = (from: Json) =>
    defined({ name, defaultMode: from.defaultMode, optional: from.optional, items: items(from.items) });
  if (configMap) return { configMap: { configMap: configMap.name, ...files(configMap) } };
  if (secret) return { secret: { secr: secret.secretName, ...files(secret) } };
  if (hostPath)
    return { hostPath: defined({ name, path: hostPath.path, type: lowerFirst(hostPath.type || undefined) }) };
  if (nfs) return { nfs: { name, server: nfs.server, path: nfs.path, ...defined({ readOnly: nfs.readOnly }) } };
  if (csi) {
    const { driver, fsType, readOnly, volumeAttributes: attributes } = csi;
    return { csi: defined({ driver, name, fsType, readOnly, attributes }) };
  }
  return claim && { persistentVolumeClaim: defined({ claim: claim.claimName, name, readOnly: claim.readOnly }) };
}

function items(found: Json): Json {
  if (!Array.isArray(found)) return undefined;
  return Object.fromEntries(found.map(({ key, path, mode }: Json) => [key, defined({ path, mode })]));
}

function security(found: Json): Json {
  if (!found) return undefined;
  const capabilities = (list: Json) => list?.map((name: string) => camel(name));
  const { add, drop } = found.capabilities ?? {};
  return defined({
    ensureNonRoot: found.runAsNonRoot,
    privileged: found.privileged,
    readOnlyRootFilesystem: found.readOnlyRootFilesystem,
    allowPrivilegeEscalation: found.allowPrivilegeEscalation,
    user: found.runAsUser,
    group: found.runAsGroup,
    capabilities: defined({ add: capabilities(add), drop: capabilities(drop) }),
  });
}

/** `NET_BIND_SERVICE` as `netBindService`. */
function camel(name: string): string {
  return name.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** An object without what is undefined, or nothing where nothing is left. */
export function defined(object: { [name: string]: Json }): Json {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

export function seconds(value: Json): string | undefined {
  return typeof value === 'number' ? `${value}s` : undefined;
}

function text(value: Json): string | undefined {
  return value === undefined ? undefined : String(value);
}

function lowerFirst(word: Json): string | undefined {
  return typeof word === 'string' ? word.charAt(0).toLowerCase() + word.slice(1) : undefined;
}
