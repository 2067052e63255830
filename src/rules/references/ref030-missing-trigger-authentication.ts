import { documents, exampleOf, exampleRollout, exampleScaledObject } from '../shared/example';
import { reportMissing } from '../shared/missing-reference';
import type { Rule } from '../shared/rule';

const manifests = (name: string): string =>
  documents(
    exampleRollout('steps: [{ setWeight: 20 }, { pause: {} }]'),
    exampleScaledObject(`triggers:
  - type: prometheus
    metadata: { serverAddress: "http://prometheus:9090", query: "sum(rate(http_requests_total[2m]))", threshold: "50", authModes: bearer }
    authenticationRef: { name: ${name} }`),
    exampleOf(
      'keda.sh/v1alpha1',
      'TriggerAuthentication',
      'prometheus-token',
      'secretTargetRef: [{ parameter: bearerToken, name: prometheus, key: token }]',
    ),
  );

export const missingTriggerAuthentication: Rule = {
  code: 'REF030',
  severity: 'warning',
  title: 'A KEDA trigger names an authentication that does not exist',
  why: 'KEDA logs that it cannot find the TriggerAuthentication and goes on without its parameters. The trigger fails for want of a credential, or asks without one and is refused, so nothing scales the Rollout beyond its fallback.',
  fix: 'Name a TriggerAuthentication in the namespace of the ScaledObject, or set `kind: ClusterTriggerAuthentication` for one without a namespace.',
  whenNotToUse:
    'Ignore it when the object is created outside the linted manifests and its name is right. Without `--closed-world` such a reference is only a note.',
  confirmedBy: 'KEDA 2.21.0, measured with its own code (`pkg/scaling/resolver`).',
  bad: manifests('prometheus-tokens'),
  good: manifests('prometheus-token'),
  check(graph, report) {
    for (const owner of ['ScaledObject', 'ScaledJob']) {
      for (const resource of graph.ofKind(owner, 'keda.sh')) {
        for (const trigger of resource.field('spec', 'triggers').items()) {
          const reference = trigger.get('authenticationRef');
          const from = reference.get('name');
          const kind = reference.get('kind').string || 'TriggerAuthentication';
          if (!from.string || !KINDS.includes(kind)) continue;
          const namespace = kind === 'TriggerAuthentication' ? resource.namespace : undefined;
          const to = { group: 'keda.sh', kind, name: from.string, namespace };
          const target = graph.find(to, resource);
          if (target) continue;
          const type = trigger.get('type').string ?? '';
          const message = `the ${type} trigger of ${resource} uses the ${kind} '${from.string}', which nothing here defines`;
          const other = KINDS.find((one) => one !== kind) ?? kind;
          const namesake = graph.find({ ...to, kind: other, namespace: undefined }, resource);
          reportMissing(
            graph,
            report,
            { from, to, target },
            message,
            namesake && {
              outside: false,
              didYouMean: undefined,
              hint: `there is a ${other} of this name; set kind: ${other}`,
              related: { field: namesake.field('metadata', 'name'), message: `the ${other}` },
            },
          );
        }
      }
    }
  },
};

const KINDS = ['TriggerAuthentication', 'ClusterTriggerAuthentication'];
