import { type Field, matchesMap, matchesSelector, type Resource } from '../graph';
import { objectsIn, ofKind, podLabels, remade } from './manifests';
import { type Options, picked, without } from './values';

/** The Service that callers of a workload use: rather one with an address of its own than a headless one. */
export function servicesOf(objects: readonly Resource[], workload: Resource): readonly Resource[] {
  const labels = podLabels(workload).strings;
  const selecting = ofKind(objects, 'Service').filter((service) =>
    matchesMap(service.field('spec', 'selector').strings, labels),
  );
  const isHeadless = (service: Resource) => service.field('spec', 'clusterIP').string === 'None';
  return [...selecting.filter((one) => !isHeadless(one)), ...selecting.filter(isHeadless)];
}

/**
 * The name of the app's port, for its Services and its container.
 *
 * @param number The port of the container.
 */
export function portNameOf(container: Field, service: Resource | undefined, number: unknown): string | undefined {
  const ports = objectsIn(container.get('ports'));
  const nameOf = (port: Field | undefined) => port?.get('name').string;
  const stated = nameOf(ports.find((port) => port.get('containerPort').value === number));
  if (stated !== undefined) return stated;
  const taken = ports.map(nameOf);
  const candidates = [service && nameOf(service.field('spec', 'ports', 0)), 'http', 'app', 'main'];
  return candidates.find((name) => name !== undefined && PORT_NAME.test(name) && !taken.includes(name));
}

const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * The Service that callers use, with what monitors select it by: a label, and the name of its port.
 *
 * @param name What the first port is called now, if something else than the Service decides it.
 * @param added The labels that it gets where it does not state them.
 */
export function keptService(
  service: Resource,
  made: Resource,
  name: unknown,
  added: Options = made.field('metadata', 'labels').strings,
): Resource {
  const [port] = made.field('spec', 'ports').items();
  const [first, ...others] = objectsIn(service.field('spec', 'ports'));
  const named =
    first === undefined
      ? [port.value]
      : [{ ...picked(port, 'name'), ...without(first), ...(name === undefined ? {} : { name }) }];
  const labels = { ...added, ...without(service.field('metadata', 'labels')) };
  return remade(service, {
    ...service.manifest,
    metadata: {
      ...without(service.field('metadata')),
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
    },
    spec: { ...without(service.field('spec')), ports: [...named, ...others.map(({ value }) => value)] },
  });
}

/** Fields of a Service that decide which of its pods gets a request, or by which address. */
const ROUTING_FIELDS = [
  ...['sessionAffinity', 'sessionAffinityConfig', 'internalTrafficPolicy', 'trafficDistribution'],
  ...['publishNotReadyAddresses', 'ipFamilies', 'ipFamilyPolicy'],
];

/** Annotations by which routers treat the pods behind a Service: their protocol, limits, checks and affinity. */
const ROUTING_ANNOTATIONS = [
  'service.kubernetes.io/topology-mode',
  'networking.istio.io/',
  'traefik.ingress.kubernetes.io/service.',
  'alb.ingress.kubernetes.io/',
  'cloud.google.com/backend-config',
  'cloud.google.com/app-protocols',
  'networking.gke.io/app-protocols',
  'konghq.com/',
  'projectcontour.io/',
  'haproxy.org/',
  'haproxy-ingress.github.io/',
];

/**
 * A Service of one version: the ports of the Service that callers use, whose requests it gets, and how that one passes
 * them on.
 */
export function versionService(made: Resource, kept: Resource, selector: Options | undefined): Resource {
  const rendered = made.field('spec', 'ports').items();
  const ports = kept
    .field('spec', 'ports')
    .items()
    .map((port, i) => ({
      ...(rendered[i]?.get('port').value === port.get('port').value ? without(rendered[i]) : {}),
      ...without(port, 'nodePort'),
    }));
  const spec = { ...without(made.field('spec')), ...picked(kept.field('spec'), ...ROUTING_FIELDS) };
  const annotations = Object.fromEntries(
    Object.entries(without(kept.field('metadata', 'annotations'))).filter(([name]) =>
      ROUTING_ANNOTATIONS.some((prefix) => name.startsWith(prefix)),
    ),
  );
  const metadata = without(made.field('metadata'));
  return remade(made, {
    ...made.manifest,
    metadata:
      Object.keys(annotations).length > 0
        ? { ...metadata, annotations: { ...without(made.field('metadata', 'annotations')), ...annotations } }
        : metadata,
    spec: { ...spec, ...(selector ? { selector } : {}), ports },
  });
}

/** A Service whose ports lead to the container's, where those keep other names than the rendered ones have. */
export function reaching(service: Resource, rendered: Field | undefined, kept: Field | undefined): Resource {
  const portsOf = (container: Field | undefined) => (container ? objectsIn(container.get('ports')) : []);
  const nameOf = (port: Field) => port.get('name').value;
  const ports = objectsIn(service.field('spec', 'ports')).map((port) => {
    const target = port.get('targetPort').value;
    const known = portsOf(rendered).find((one) => nameOf(one) === target);
    if (known === undefined || portsOf(kept).some((one) => nameOf(one) === target)) return port.value;
    return { ...without(port), targetPort: known.get('containerPort').value };
  });
  return remade(service, { ...service.manifest, spec: { ...without(service.field('spec')), ports } });
}

/**
 * The monitor of the Service that callers use, which selects it by its labels and scrapes its port.
 *
 * @param existing The objects that there are, whose names are taken.
 */
export function keptMonitor(made: Resource, kept: Resource, existing: readonly Resource[]): Resource {
  const [endpoint, ...others] = made.field('spec', 'endpoints').items();
  const selected = made.field('spec', 'selector', 'matchLabels').strings;
  const labels = kept.field('metadata', 'labels').strings;
  const matchLabels = matchesMap(selected, labels) ? selected : labels;
  const isTaken = existing.some(({ kind, name }) => kind === made.kind && name === made.name);
  const spec = {
    ...without(made.field('spec')),
    endpoints: [{ ...without(endpoint), ...renamedPort(kept) }, ...others.map(({ value }) => value)],
    selector: { matchLabels },
  };
  const metadata = without(made.field('metadata'));
  const name = isTaken ? `${made.name}-versions` : made.name;
  return remade(made, { ...made.manifest, metadata: { ...metadata, name }, spec });
}

const renamedPort = (kept: Resource): Options => {
  const name = kept.field('spec', 'ports', 0, 'name').value;
  return name === undefined ? {} : { port: name };
};

/** The monitors that scrape the pods of a workload already. */
export function monitorsOf(
  objects: readonly Resource[],
  workload: Resource,
  services: readonly Resource[],
): readonly Resource[] {
  const labels = podLabels(workload).strings;
  return objects.filter((object) => {
    const selector = object.field('spec', 'selector');
    if (object.kind === 'PodMonitor') return matchesSelector(selector, labels);
    if (object.kind !== 'ServiceMonitor') return false;
    return services.some((service) => matchesSelector(selector, service.field('metadata', 'labels').strings));
  });
}
