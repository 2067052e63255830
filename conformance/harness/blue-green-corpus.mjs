// Random blue-green rollouts: every field that alters their course, and everything that may happen to them.
import fc from 'fast-check';
import { actionsOf, analysis, interruptions, isUndisturbed, maybe, sparse, specs } from './scenario-corpus.mjs';

const metadata = (role) => fc.constant({ labels: { role } });

const strategy = sparse({
  scaleDownDelaySeconds: fc.integer({ min: 1, max: 60 }),
  abortScaleDownDelaySeconds: fc.integer({ min: 0, max: 60 }),
  scaleDownDelayRevisionLimit: fc.integer({ min: 0, max: 2 }),
  activeMetadata: metadata('active'),
  previewMetadata: metadata('preview'),
});

const blueGreen = sparse({
  previewService: fc.constant(true),
  autoPromotionEnabled: fc.boolean(),
  autoPromotionSeconds: fc.constantFrom(10, 45, 120),
  previewReplicaCount: fc.integer({ min: 1, max: 3 }),
  prePromotion: fc.constant('first'),
  postPromotion: fc.constant('second'),
});

const actions = fc.oneof(
  { weight: 2, arbitrary: actionsOf('abort', 'promoteFull', 'promote') },
  { weight: 1, arbitrary: interruptions },
);

/** More pods of a preview than replicas are not planned. */
const withinReplicas = ({ previewReplicaCount, ...others }, replicas) =>
  previewReplicaCount === undefined
    ? others
    : { ...others, previewReplicaCount: Math.min(previewReplicaCount, replicas) };

export const blueGreenScenario = fc
  .record({
    trafficRouting: fc.constant('blueGreen'),
    replicas: fc.integer({ min: 1, max: 10 }),
    steps: fc.constant([]),
    blueGreen,
    spec: specs,
    strategy,
    analyses: fc.tuple(analysis('first'), analysis('second')),
    pods: sparse({
      canaryStart: fc.constantFrom(3, 40, 150),
      canaryReady: fc.integer({ min: 0, max: 3 }),
    }).chain((rest) => fc.constantFrom(1, 5, 20).map((start) => ({ start, ...rest }))),
    stalls: fc.integer({ min: 0, max: 5 }),
    approveAfter: maybe(fc.constantFrom(45, 300)),
    actions,
  })
  .map(({ stalls, pods: { canaryReady, ...pods }, ...rest }) => ({
    ...rest,
    blueGreen: withinReplicas(rest.blueGreen, rest.replicas),
    approveAfter: isUndisturbed(rest.actions) ? rest.approveAfter : undefined,
    pods: stalls === 5 && canaryReady !== undefined ? { ...pods, canaryReady } : pods,
  }));
