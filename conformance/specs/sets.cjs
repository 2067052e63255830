// Random sets: an app as `canary.yaml` states it, an app with what deploys it, and the constructs alone, for what no
// spec can state.
const fc = require('fast-check');
const { agree } = require('./agree.cjs');
const { likely, lists, places } = require('./likely.cjs');
const { maybe, Shapes, stated } = require('./shapes.cjs');
const { ROOT, specSpace } = require('./space.cjs');
const { whole } = require('./whole.cjs');
const { words } = require('./words.cjs');

/** How many types deep a value may be. */
const DEEPEST = 14;

/** What is made together: each construct with how likely it is there. */
const KINDS = [
  { weight: 62, always: ['canaryApp'] },
  {
    weight: 8,
    always: ['canaryApp'],
    sometimes: { argoCdApplication: 0.6, argoCdApplicationSet: 0.6 },
  },
  {
    weight: 18,
    always: ['rollout', 'canaryServices'],
    sometimes: {
      canaryMonitoring: 0.4,
      serviceMonitor: 0.3,
      podMonitor: 0.3,
      podDisruptionBudget: 0.4,
      scaledObject: 0.4,
      argoCdApplication: 0.2,
      rolloutRules: 0.3,
      rolloutDashboard: 0.3,
    },
  },
  {
    weight: 6,
    always: [],
    sometimes: {
      istioGateway: 0.7,
      openShiftRoute: 0.7,
      meshNamespace: 0.5,
      serviceMeshMember: 0.5,
      serviceMeshMemberRoll: 0.5,
      thanosQuerierAccess: 0.5,
      guardedPrometheus: 0.5,
      userWorkloadMonitoring: 0.5,
    },
  },
  {
    weight: 6,
    always: [],
    sometimes: {
      istioAuthorizationPolicy: 0.4,
      istioDestinationRule: 0.7,
      istioVirtualService: 0.7,
      istioTrafficSplit: 0.4,
      gatewayApiTrafficSplit: 0.4,
      analysisTemplate: 0.5,
      clusterAnalysisTemplate: 0.4,
      jobAnalysis: 0.3,
      prometheusAnalysis: 0.3,
      prometheusFailureAnalysis: 0.3,
    },
  },
];

/**
 * The corpus of a library: `sets`, an arbitrary of sets, and `model`, what they are made of.
 *
 * A set is `{items, namespace, brief}`: what each construct is told, by its name, in the long form of the spec
 * language; the namespace; and whether it is written in short forms.
 */
function corpusOf(root, extractModel) {
  const model = specSpace(root, extractModel);
  const shapes = new Shapes(model, { words, agree, places, likely, lists });
  const fields = model.types[ROOT].fields;
  const item = (name) => (fields[name] ? shapes.type(fields[name].type.ref, DEEPEST) : fc.constant({}));
  const kinds = KINDS.map(({ weight, always, sometimes = {} }) => ({
    weight,
    arbitrary: fc
      .record({
        ...Object.fromEntries(always.map((name) => [name, item(name)])),
        ...Object.fromEntries(Object.entries(sometimes).map(([name, chance]) => [name, maybe(item(name), chance)])),
      })
      .map(stated)
      .filter((items) => Object.keys(items).length > 0),
  }));
  const sets = fc
    .record({ items: fc.oneof(...kinds), namespace: fc.constantFrom('shop', 'edge'), brief: fc.boolean() })
    .map((set) => whole(model, set));
  return { model, sets };
}

module.exports = { corpusOf };
