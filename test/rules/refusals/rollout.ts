import { documents, exampleBudget, exampleRouted } from '../../../src/rules/shared/example';
import {
  badOf,
  analysed,
  beside,
  experiment,
  ISTIO,
  NGINX,
  object,
  rollout,
  rolloutOf,
  step,
  template,
} from './frames';
import type { Refusals } from './refusal';

const steps = 'steps: [{ setWeight: 50 }, { pause: {} }]';
const kedaScaled = (spec: string): string =>
  beside(
    object(
      'keda.sh/v1alpha1',
      'ScaledObject',
      'checkout',
      `scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: checkout }\n${spec}`,
    ),
  );
const subscribed = (annotation: string): string =>
  rollout(steps).replace('  name: checkout\n', `  name: checkout\n  annotations: { ${annotation} }\n`);

/** The refusals of Rollouts and what goes with them. */
export const ROLLOUT_REFUSALS: Refusals = {
  'rollout/blue-green.ts': [
    [
      'the active and the preview Service are both',
      'ROL001',
      rolloutOf('blueGreen: { activeService: checkout, previewService: checkout }'),
    ],
    [
      'scaleDownDelayRevisionLimit is',
      'ROL022',
      rolloutOf('blueGreen: { activeService: checkout, scaleDownDelayRevisionLimit: 4 }', {
        spec: 'revisionHistoryLimit: 2',
      }),
    ],
  ],
  'rollout/canary-plan.ts': [
    ['analyzeEachStep is false', 'exclusive'],
    ['exponential grows by', 'computed'],
    ['a plan has …; use whole numbers', 'ROL016', step('setWeight: 120')],
    ['manualGateAt is', 'computed'],
    ['the share of … is', 'computed'],
  ],
  'rollout/canary-problems.ts': [
    [
      'a weight of an experiment',
      'ROL011',
      experiment('duration: 5m\ntemplates: [{ name: new, specRef: canary, weight: 10 }]'),
    ],
    [
      'steps is empty, so all traffic',
      'ROL033',
      exampleRouted(
        '- name: primary\n  route:\n    - { destination: { host: checkout-stable }, weight: 100 }\n    - { destination: { host: checkout-canary }, weight: 0 }',
      ),
    ],
    [
      'the ping and the pong Service',
      'ROL001',
      rollout(
        `pingPong: { pingService: checkout, pongService: checkout }\ntrafficRouting: { istio: { virtualService: { name: checkout } } }\n${steps}`,
      ),
    ],
    [
      'the stable and the canary Service',
      'ROL001',
      rollout(`canaryService: checkout\nstableService: checkout\n${steps}`),
    ],
    [
      '… are both …; Argo Rollouts needs two',
      'ROL001',
      rollout(`canaryService: checkout\nstableService: checkout\n${steps}`),
    ],
    ['… needs traffic routing; give the strategy its traffic', 'ROL011', step('setCanaryScale: { replicas: 1 }')],
    ['does nothing with the plugin', 'TRF035', badOf('TRF035')],
    [
      'is not supported by …; it needs one of',
      'ROL012',
      step('setMirrorRoute: { name: testers, percentage: 50, match: [{ path: { prefix: / } }] }', NGINX),
    ],
    [
      'a step manages the route …, which is a route of the VirtualService too',
      'TRF012',
      exampleRouted(
        '- name: testers\n  route:\n    - { destination: { host: checkout-stable }, weight: 100 }\n    - { destination: { host: checkout-canary }, weight: 0 }',
      ).replace('  istio:', '  managedRoutes: [{ name: testers }]\n        istio:'),
    ],
    ['takes away the route …, which no step', 'ROL026', step('setHeaderRoute: { name: testers }', ISTIO)],
    ['sends requests to the canary before it has pods', 'ROL048', badOf('ROL048')],
    [
      'use the index of a step, 0 or more',
      'ROL024',
      rollout(`analysis: { startingStep: -1, templates: [{ templateName: checkout-errors }] }\n${steps}`),
    ],
    [
      'but there are … steps, so it would never start',
      'ROL024',
      rollout(`analysis: { startingStep: 7, templates: [{ templateName: checkout-errors }] }\n${steps}`),
    ],
    [
      'background would never find canary pods',
      'ANA020',
      documents(
        rollout(
          `${ISTIO}\nanalysis: { templates: [{ templateName: checkout-errors }] }\nsteps: [{ pause: {} }, { setWeight: 20 }]`,
        ),
        template(),
      ),
    ],
    [
      'before the canary has pods, so that the first measurement',
      'ANA020',
      documents(rollout(`analysis: { templates: [{ templateName: checkout-errors }] }\n${steps}`), template()),
    ],
    [
      'which is there only where a canary has traffic routing',
      'ROL020',
      rollout(
        `analysis: { templates: [{ templateName: checkout-errors }], args: [{ name: weight, valueFrom: { fieldRef: { fieldPath: status.canary.weights.canary.weight } } }] }\n${steps}`,
      ),
    ],
    [
      'needs traffic routing; give the strategy its traffic, or leave',
      'ROL011',
      rollout(`dynamicStableScale: true\n${steps}`),
    ],
    [
      'dynamicStableScale and scaleDownDelay are both given',
      'ROL013',
      rollout(`${ISTIO}\ndynamicStableScale: true\nscaleDownDelaySeconds: 30\n${steps}`),
    ],
    [
      'maxTrafficWeight is not supported by',
      'ROL012',
      rollout(`${ISTIO.replace('managedRoutes', 'maxTrafficWeight: 1000, managedRoutes')}\n${steps}`),
    ],
    [
      'pingPong is not supported by',
      'ROL009',
      rollout(
        `pingPong: { pingService: a, pongService: b }\ntrafficRouting: { nginx: { stableIngress: checkout } }\n${steps}`,
      ),
    ],
    ['maxSurge and maxUnavailable are both zero', 'ROL008', rollout(`maxSurge: 0\nmaxUnavailable: 0\n${steps}`)],
    ['… is …; use a whole number of at least', 'ROL005', rollout(steps, 'revisionHistoryLimit: -1')],
  ],
  'rollout/canary-scale.ts': [
    ['canaryScale has … replicas', 'ROL005', step('setCanaryScale: { replicas: -1 }', ISTIO)],
    ['canaryScale has the weight', 'ROL016', step('setCanaryScale: { weight: 120 }', ISTIO)],
  ],
  'rollout/canary-step.ts': [
    [
      'a weight of an experiment',
      'ROL011',
      experiment('duration: 5m\ntemplates: [{ name: new, specRef: canary, weight: 10 }]'),
    ],
    ['the pause of setWeight', 'ROL017', step('pause: { duration: -5 }')],
    ["the plugin is called '…'", 'ROL014', step("plugin: { name: 'exec' }")],
    ['setWeight is …; use a whole number', 'ROL016', step('setWeight: 120')],
  ],
  'rollout/experiment.ts': [
    [
      'the duration of the experiment',
      'ROL050',
      experiment('duration: soon\ntemplates: [{ name: new, specRef: canary }]'),
    ],
    [
      'the scaleDownDelay of the experiment',
      'ROL050',
      experiment('duration: 5m\nscaleDownDelaySeconds: -1\ntemplates: [{ name: new, specRef: canary }]'),
    ],
    ['an experiment has no templates', 'ROL050', experiment('duration: 5m\ntemplates: []')],
    [
      'an experiment has neither a duration nor an analysis',
      'ROL031',
      experiment('templates: [{ name: new, specRef: canary }]'),
    ],
    [
      "the name of the experiment's template",
      'ROL050',
      experiment("duration: 5m\ntemplates: [{ name: 'New Pods', specRef: canary }]"),
    ],
    [
      "the replicas of the experiment's template",
      'ROL050',
      experiment('duration: 5m\ntemplates: [{ name: new, specRef: canary, replicas: 0 }]'),
    ],
    [
      "the weight of the experiment's template",
      'ROL050',
      experiment('duration: 5m\ntemplates: [{ name: new, specRef: canary, weight: 120 }]', ISTIO),
    ],
    [
      'the weights of the experiment add up to',
      'ROL028',
      experiment(
        'duration: 5m\ntemplates: [{ name: a, specRef: canary, weight: 60 }, { name: b, specRef: stable, weight: 60 }]',
        ISTIO,
      ),
    ],
    ["the experiment's analysis …", 'title'],
    [
      'the … of an experiment have two called',
      'ROL049',
      experiment('duration: 5m\ntemplates: [{ name: a, specRef: canary }, { name: a, specRef: stable }]'),
    ],
  ],
  'rollout/managed-route.ts': [
    ['of which only the last would count', 'computed'],
    [
      'a header is called …',
      'ROL018',
      step("setHeaderRoute: { name: testers, match: [{ headerName: 'x canary', headerValue: { exact: a } }] }", ISTIO),
    ],
    ["setHeaderRoute '…' has no match", 'ROL026', step('setHeaderRoute: { name: testers, match: [] }', ISTIO)],
    ["setMirrorRoute '…' has no match", 'ROL026', step('setMirrorRoute: { name: testers, match: [] }', ISTIO)],
    [
      'the percentage of setMirrorRoute',
      'ROL027',
      step('setMirrorRoute: { name: testers, percentage: 120, match: [{ path: { prefix: / } }] }', ISTIO),
    ],
    [
      "a match of setMirrorRoute '…' says nothing",
      'ROL018',
      step('setMirrorRoute: { name: testers, percentage: 20, match: [{}] }', ISTIO),
    ],
    [
      '… has an empty name; the controller finds',
      'ROL019',
      step("setHeaderRoute: { name: '', match: [{ headerName: x, headerValue: { exact: a } }] }", ISTIO),
    ],
    [
      'is matched by no string',
      'ROL018',
      step('setHeaderRoute: { name: testers, match: [{ headerName: x, headerValue: {} }] }', ISTIO),
    ],
  ],
  'rollout/notification.ts': [
    ['the notification of …', 'title'],
    [
      'has a trigger that is no name',
      'REF027',
      subscribed('notifications.argoproj.io/subscribe.On Paused.slack: releases'),
    ],
    [
      'has the service …, which is no name',
      'REF027',
      subscribed('notifications.argoproj.io/subscribe.on-rollout-paused.my slack: releases'),
    ],
    ['has no recipient; name one', 'valid'],
    ['has the recipient …; give one name each', 'exclusive'],
  ],
  'rollout/pod-disruption-budget.ts': [
    [
      'the name of the PodDisruptionBudget',
      'SCH006',
      exampleBudget('minAvailable: 1').replace('name: checkout', "name: 'a/b'"),
    ],
    [
      'minAvailable and maxUnavailable are both given',
      'SCL014',
      beside(exampleBudget('minAvailable: 1\nmaxUnavailable: 1')),
    ],
    ['no pod may ever be missing', 'SCL006', beside(exampleBudget('maxUnavailable: 0'))],
  ],
  'rollout/rollout-analysis.ts': [
    ['has an empty list of templates', 'ANA001', analysed('templates: []')],
    ['names no template, and there is none to mean', 'ANA001', analysed('args: []')],
    [
      'two of the analyses have a metric called',
      'ANA002',
      analysed('templates: [{ templateName: one }, { templateName: two }]', template('', 'one'), template('', 'two')),
    ],
    [
      'has an interval and no count',
      'ANA014',
      analysed(
        'templates: [{ templateName: checkout-errors }]',
        template().replace('- name: errors', '- name: errors\n      interval: 1m'),
      ),
    ],
    [
      'the argument … is given twice',
      'REF011',
      analysed(
        "templates: [{ templateName: checkout-errors }]\nargs: [{ name: a, value: '1' }, { name: a, value: '2' }]",
        template('args: [{ name: a }]'),
      ),
    ],
    [
      'is required and not given',
      'REF010',
      analysed(
        'templates: [{ templateName: checkout-errors }]',
        template('args: [{ name: a }]').replace('5..', '{{args.a}}'),
      ),
    ],
    [
      'with different defaults',
      'REF009',
      analysed(
        'templates: [{ templateName: one }, { templateName: two }]',
        template("args: [{ name: a, value: '1' }]", 'one', 'm1'),
        template("args: [{ name: a, value: '2' }]", 'two', 'm2'),
      ),
    ],
    [
      'but no template declares it',
      'REF013',
      analysed("templates: [{ templateName: checkout-errors }]\nargs: [{ name: a, value: '1' }]", template()),
    ],
  ],
  'rollout/scaled-object.ts': [
    [
      'fallback.behavior is …',
      'SCH006',
      kedaScaled(
        'fallback: { failureThreshold: 3, replicas: 2, behavior: often }\ntriggers: [{ type: cron, metadata: { a: b } }]',
      ),
    ],
    [
      'metricType is …',
      'SCL011',
      kedaScaled('triggers: [{ type: cpu, metricType: Often, metadata: { value: "80" } }]'),
    ],
    [
      'KEDA supports only 0',
      'SCL011',
      kedaScaled('idleReplicaCount: 1\ntriggers: [{ type: cron, metadata: { a: b } }]'),
    ],
    [
      'whose values KEDA cannot replace',
      'SCL011',
      kedaScaled(
        'fallback: { failureThreshold: 3, replicas: 2 }\ntriggers: [{ type: cpu, metricType: Utilization, metadata: { value: "80" } }]',
      ),
    ],
    ['clusterAuthentication is given without', 'needed'],
    ['both decide how fast it scales', 'exclusive'],
    [
      'the name of the ScaledObject',
      'SCH006',
      kedaScaled('triggers: []').replace(
        'ScaledObject\nmetadata:\n  name: checkout',
        "ScaledObject\nmetadata:\n  name: 'Check out'",
      ),
    ],
    [
      'maxReplicas is …, less than minReplicas',
      'SCL007',
      kedaScaled(
        'minReplicaCount: 5\nmaxReplicaCount: 2\ntriggers: [{ type: cpu, metricType: Utilization, metadata: { value: "80" } }]',
      ),
    ],
    ['triggers is empty', 'SCL011', kedaScaled('triggers: []')],
    [
      'replicas of its own; leave replicas out',
      'SCL003',
      kedaScaled('triggers: [{ type: cpu, metricType: Utilization, metadata: { value: "80" } }]').replace(
        'spec:\n  selector',
        'spec:\n  replicas: 3\n  selector',
      ),
    ],
  ],
  'rollout/strategy-values.ts': [
    [
      'the weight of antiAffinity',
      'ROL021',
      rollout(`antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 120 } }\n${steps}`),
    ],
    [
      'replicaProgressThreshold is … %',
      'ROL029',
      rollout(`replicaProgressThreshold: { type: Percent, value: 120 }\n${steps}`),
    ],
    [
      'replicaProgressThreshold is … pods',
      'ROL029',
      rollout(`replicaProgressThreshold: { type: Pods, value: 0 }\n${steps}`),
    ],
  ],
};
