import { type Field, rollouts } from '../../graph';
import { exampleRollout } from '../example';
import type { Report, Rule } from '../rule';
import { closest } from '../suggest';

const manifest = (volume: string): string =>
  exampleRollout('{}').replace(
    / {2}template:.*/,
    `  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: checkout
          image: registry.example.com/checkout:1.4.2
          volumeMounts: [{ name: ${volume}, mountPath: /cache }]
      volumes: [{ name: cache, emptyDir: {} }]`,
  );

export const podTemplate: Rule = {
  code: 'ROL038',
  severity: 'error',
  title: 'A pod template contradicts itself',
  why: 'Two containers or volumes of one name, a mount of a volume that is not there, a pod that is not always restarted, a request above its limit: no ReplicaSet can have such a template. The controller refuses the Rollout: InvalidSpec, Degraded.',
  fix: 'Mend the template at the place shown.',
  bad: manifest('cahce'),
  good: manifest('cache'),
  peers: { argo: 'the messages of Kubernetes for the pod template' },
  check(graph, report) {
    for (const { resource, workload } of rollouts(graph)) {
      if (workload.template.resource === resource) checkPod(workload.template.get('spec'), String(resource), report);
    }
  },
};

function checkPod(spec: Field, owner: string, report: Report): void {
  const restart = spec.get('restartPolicy');
  if (restart.string !== undefined && restart.string !== 'Always') {
    report(restart, `the pods of ${owner} have the restartPolicy '${restart.string}'`, {
      hint: 'pods of a Rollout are always restarted',
      fix: { title: "write 'Always'", edits: [{ at: restart, set: 'Always' }] },
    });
  }
  const containers = spec.get('containers').items();
  const all = [...spec.get('initContainers').items(), ...containers];
  const volumes = spec.get('volumes').items();
  twice(all, (name) => `${owner} has two containers of the name '${name}'`, report);
  twice(volumes, (name) => `${owner} has two volumes of the name '${name}'`, report);
  const names = volumes.flatMap((volume) => volume.get('name').string ?? []);
  for (const container of all) {
    const label = `container '${container.get('name').string ?? ''}' of ${owner}`;
    twice(container.get('ports').items(), (name) => `${label} has two ports of the name '${name}'`, report);
    for (const mount of container.get('volumeMounts').items()) {
      const name = mount.get('name');
      if (name.string === undefined || names.includes(name.string)) continue;
      const meant = closest(name.string, names);
      report(name, `${label} mounts the volume '${name.string}', which the pod does not have`, {
        didYouMean: meant === undefined ? undefined : { name: meant, field: volumes[names.indexOf(meant)].get('name') },
      });
    }
    for (const [what, request] of container.get('resources', 'requests').entries()) {
      const limit = container.get('resources', 'limits', what);
      const [least, most] = [quantity(request.value), quantity(limit.value)];
      if (least === undefined || most === undefined || least <= most) continue;
      report(
        request,
        `${label} requests ${String(request.value)} of ${what}, above its limit of ${String(limit.value)}`,
      );
    }
    for (const probe of ['livenessProbe', 'startupProbe']) {
      const threshold = container.get(probe, 'successThreshold');
      if (threshold.number !== undefined && threshold.number !== 1) {
        report(threshold, `the ${probe} of ${label} has a successThreshold of ${threshold.number}, which must be 1`);
      }
    }
  }
}

function twice(fields: readonly Field[], describe: (name: string) => string, report: Report): void {
  const seen = new Map<string, Field>();
  for (const field of fields) {
    const name = field.get('name');
    if (name.string === undefined) continue;
    const first = seen.get(name.string);
    if (first) report(name, describe(name.string), { related: { field: first, message: 'the first one' } });
    else seen.set(name.string, name);
  }
}

const UNITS: { readonly [suffix: string]: number } = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** A quantity of Kubernetes: `500m`, `1.5`, `512Mi`. Undefined for what is none. */
function quantity(value: unknown): number | undefined {
  const match = /^\+?(\d+(?:\.\d*)?|\.\d+)(?:([a-zA-Z]{0,2})|[eE]([+-]?\d+))$/.exec(String(value));
  if (!match) return undefined;
  const [, digits, suffix = '', exponent] = match;
  const unit = exponent === undefined ? UNITS[suffix] : 10 ** Number(exponent);
  return unit === undefined ? undefined : Number(digits) * unit;
}
