import { contains, type EntryCase } from './entry-case';
import {
  template,
  condition,
  query,
  rollout,
  istio,
  plugin,
  virtualService,
  blueGreen,
  mounting,
  experiment,
  scaler,
  analysed,
  controller,
  jobNamed,
} from '../manifests';

export const ARGO: readonly EntryCase[] = [
  {
    entry: 'expression-engine',
    concerned: condition('len(result) == 0 || max(result) < 5'),
    change: {
      effect: 'better',
      kind: 'condition',
      id: 'expression-engine',
      before: contains('Error'),
      after: 'Successful',
    },
    nearMiss: condition('len(result) == 0 || result[0] < 5'),
  },
  {
    entry: 'condition-error-message',
    concerned: condition('result[0] < 5'),
    change: {
      effect: 'different',
      kind: 'message',
      before: 'reflect: slice index out of range',
      after: contains('could not evaluate successCondition "result[0] < 5": metric result is nil or empty'),
    },
    nearMiss: condition('len(result) > 0 && result[0] < 5'),
  },
  {
    entry: 'analysis-abort-message',
    from: '1.8',
    to: '1.9',
    concerned: analysed('[{ setWeight: 50 }, { analysis: { templates: [{ templateName: checks }] } }]'),
    change: {
      effect: 'different',
      kind: 'message',
      before: 'Metric "m" assessed Failed due to failed (1) > failureLimit (0)',
      after: 'Step-based analysis phase error/failed: Metric "m" assessed Failed due to failed (1) > failureLimit (0)',
    },
    // A run that the rollout does not wait for aborts nothing.
    nearMiss: analysed('[{ setWeight: 50 }, { pause: { duration: 5m } }]'),
  },
  {
    entry: 'analysis-abort-message',
    from: '1.8',
    to: '1.9',
    concerned: analysed(
      '[{ setWeight: 50 }, { pause: { duration: 5m } }]',
      'analysis: { templates: [{ templateName: checks }] },',
    ),
    change: { kind: 'message', after: contains('Background analysis phase error/failed: Metric "m"') },
    nearMiss: analysed('[{ setWeight: 50 }, { pause: { duration: 5m } }]'),
  },
  {
    entry: 'experiment-abort-message',
    from: '1.8',
    to: '1.9',
    concerned: rollout(
      '{ steps: [{ experiment: { duration: 5m, templates: [{ name: a, specRef: canary }] } }, { pause: {} }] }',
    ),
    change: {
      effect: 'different',
      kind: 'message',
      after: contains('Experiment analysis phase is error/failed: '),
    },
    nearMiss: rollout('{ steps: [{ setWeight: 50 }, { pause: {} }] }'),
  },
  {
    entry: 'controller-flags',
    from: '1.8',
    to: '1.9',
    concerned: controller('quay.io/argoproj/argo-rollouts:v1.8.5', '["--metricsport", "8090"]'),
    change: { effect: 'different', kind: 'behaviour', path: contains('args[0]'), what: contains('--metricsport') },
    nearMiss: controller('quay.io/argoproj/kubectl-argo-rollouts:v1.8.5', '["--metricsport", "8090"]'),
  },
  {
    entry: 'controller-flags',
    from: '1.9',
    to: '1.8',
    concerned: controller('argo-rollouts@sha256:0', '["--metricsPort=8090"]'),
    change: { effect: 'worse', what: contains('--metricsPort') },
    nearMiss: controller('argo-rollouts@sha256:0', '["--healthzPort=8080", "metricsPort"]'),
  },
  {
    entry: 'controller-flags',
    from: '1.7',
    to: '1.8',
    concerned: controller('argo-rollouts', '["--enable-pprof-address=:6060"]'),
    change: { effect: 'better', what: contains('--enable-pprof-address') },
    nearMiss: controller('argo-rollouts', '["--loglevel=enable-pprof-address"]'),
  },
  {
    entry: 'count-and-limits',
    from: '1.7',
    to: '1.8',
    concerned: template(
      'interval: 1m\ncount: 4\nfailureLimit: 3\nconsecutiveSuccessLimit: 3\nsuccessCondition: len(result) > 0\nprovider: { prometheus: { address: "http://p:9090", query: up } }',
    ),
    change: { effect: 'worse', kind: 'finding', id: 'ANA005' },
    nearMiss: template(
      'interval: 1m\ncount: 6\nfailureLimit: 3\nsuccessCondition: len(result) > 0\nprovider: { prometheus: { address: "http://p:9090", query: up } }',
    ),
  },
  {
    entry: 'mirror-with-plugin',
    concerned: rollout(
      plugin(
        '[{ setMirrorRoute: { name: a, percentage: 20, match: [{ path: { prefix: / } }] } }]',
        'canaryService: c, stableService: s,',
      ),
    ),
    change: { effect: 'better', kind: 'finding', id: 'ROL012' },
    nearMiss: rollout(plugin('[{ setWeight: 20 }, { pause: {} }]', 'canaryService: c, stableService: s,')),
  },
  {
    entry: 'ping-pong-with-plugin',
    concerned: rollout(
      plugin('[{ setWeight: 20 }, { pause: {} }]', 'pingPong: { pingService: a, pongService: b },').replace(
        'argoproj-labs/gatewayAPI',
        'acme/router',
      ),
    ),
    change: { effect: 'better', kind: 'finding', id: 'ROL009' },
    nearMiss: rollout(
      istio('v').replace('canaryService: c, stableService: s,', 'pingPong: { pingService: a, pongService: b },'),
    ),
  },
  {
    entry: 'bidirectional-mount',
    concerned: mounting('Bidirectional'),
    change: { effect: 'better', kind: 'finding', id: 'ROL038' },
    nearMiss: mounting('HostToContainer'),
  },
  {
    entry: 'min-pods-above-replicas',
    concerned: rollout(istio('v', 'minPodsPerReplicaSet: 6,')),
    change: { effect: 'better', kind: 'finding', id: 'ROL041' },
    nearMiss: rollout(istio('v', 'minPodsPerReplicaSet: 2,')),
  },
  {
    entry: 'dynamic-stable-scale-abort',
    from: '1.8',
    to: '1.9',
    concerned: rollout(istio('v', 'dynamicStableScale: true, minPodsPerReplicaSet: 3,')),
    change: { effect: 'worse', kind: 'plan', after: contains('for ever') },
    nearMiss: rollout(istio('v', 'minPodsPerReplicaSet: 3,')),
  },
  {
    entry: 'dotted-virtual-service',
    concerned: rollout(istio('edge.v2.mesh')) + virtualService('edge', 'v2'),
    change: { effect: 'worse', kind: 'finding', id: 'REF002' },
    nearMiss: rollout(istio('edge.mesh')) + virtualService('edge', 'mesh'),
  },
  {
    entry: 'dotted-virtual-service',
    concerned: rollout(istio('edge.mesh.svc.cluster.local')) + virtualService('edge', 'mesh'),
    change: { effect: 'worse', kind: 'finding', id: 'REF002' },
    nearMiss: rollout(istio('edge')) + virtualService('edge', 'shop'),
  },
  {
    entry: 'deadline-after-promotion',
    concerned: rollout(istio('v'), { spec: 'progressDeadlineAbort: true' }),
    change: { effect: 'better', kind: 'behaviour', id: 'deadline-after-promotion' },
    nearMiss: rollout(istio('v'), { spec: 'progressDeadlineAbort: false' }),
  },
  {
    entry: 'terminating-metric',
    concerned: template('provider: { kayenta: { application: a } }'),
    change: { effect: 'better', kind: 'behaviour', id: 'terminating-metric' },
    nearMiss: query('up'),
  },
  {
    entry: 'autoscaler-during-abort',
    concerned: rollout(istio('v')) + scaler,
    change: { effect: 'better', kind: 'behaviour', id: 'autoscaler-during-abort' },
    nearMiss: rollout('{ steps: [{ setWeight: 50 }, { pause: { duration: 5m } }] }') + scaler,
  },
  {
    entry: 'promotion-after-scale-in',
    from: '1.8',
    to: '1.9',
    concerned: rollout(istio('v', 'minPodsPerReplicaSet: 3, ')) + scaler,
    change: { effect: 'better', kind: 'behaviour', id: 'promotion-after-scale-in' },
    nearMiss: rollout(istio('v', 'minPodsPerReplicaSet: 3, ')),
  },
  {
    entry: 'retry-within-scale-down-delay',
    concerned: blueGreen('autoPromotionEnabled: false'),
    change: { effect: 'better', kind: 'behaviour', id: 'retry-within-scale-down-delay' },
    nearMiss: blueGreen('autoPromotionEnabled: false, abortScaleDownDelaySeconds: 0'),
  },
  {
    entry: 'retry-after-failed-analysis',
    concerned: rollout(istio('v', 'analysis: { templates: [{ templateName: errors }] }, ')),
    change: { effect: 'better', kind: 'behaviour', id: 'retry-after-failed-analysis' },
    nearMiss: rollout(istio('v')),
  },
  {
    entry: 'weighted-experiment',
    concerned: experiment(', weight: 5'),
    change: { effect: 'better', kind: 'finding', id: 'ROL045' },
    nearMiss: experiment(''),
  },
  {
    entry: 'job-phases',
    concerned: template(
      'provider: { job: { spec: { activeDeadlineSeconds: 60, template: { spec: { containers: [] } } } } }',
    ),
    change: { effect: 'different', kind: 'behaviour', id: 'job-phases' },
    nearMiss: query('up'),
  },
  {
    entry: 'job-name-length',
    from: '1.8',
    to: '1.9',
    concerned: jobNamed('a-smoke-test-of-25-letters'.slice(0, 25)),
    change: { effect: 'better', kind: 'behaviour', id: 'job-name-length', path: contains('name') },
    nearMiss: jobNamed('a-smoke-test-of-25-letters'.slice(0, 24)),
  },
  {
    entry: 'traefik-group',
    concerned: rollout(
      '{ canaryService: c, stableService: s, trafficRouting: { traefik: { weightedTraefikServiceName: w } }, steps: [{ setWeight: 50 }, { pause: {} }] }',
    ),
    change: {
      effect: 'different',
      kind: 'behaviour',
      id: 'traefik-group',
      before: contains('traefik.containo.us'),
      after: contains('traefik.io'),
    },
    nearMiss: rollout(
      '{ canaryService: c, stableService: s, trafficRouting: { nginx: { stableIngress: w } }, steps: [{ setWeight: 50 }, { pause: {} }] }',
    ),
  },
];
