import { readVersions } from '../../../src/versions';
import { describeSet } from './edited-set';

const STEPS = '      steps:\n        - setWeight: 10\n';
const with_ = (fields: string): Readonly<Record<string, string>> => ({ [STEPS]: `${fields}${STEPS}` });
const before110 = { versions: readVersions({ argoRollouts: '1.9' }).versions };
const EXPERIMENT =
  '        - experiment: { duration: 10m, templates: [{ name: a, specRef: canary, weight: 5 }, { name: b, specRef: stable, weight: 5 }] }\n';

describeSet('istio.yaml', [
  {
    name: 'an abort waits for pods that it keeps',
    edits: with_('      dynamicStableScale: true\n      abortScaleDownDelaySeconds: 60\n'),
    finds: ['warning ROL040'],
  },
  {
    name: 'an abort waits for the least number of pods',
    edits: with_('      dynamicStableScale: true\n      minPodsPerReplicaSet: 2\n'),
    finds: ['warning ROL040'],
  },
  { name: 'an abort with a stable version that follows the weight', edits: with_('      dynamicStableScale: true\n') },
  {
    name: 'an aborted canary that is removed at once',
    edits: with_('      abortScaleDownDelaySeconds: 0\n'),
    finds: ['advice ROL037'],
  },
  {
    name: 'more pods at least than replicas, before 1.10',
    edits: with_('      minPodsPerReplicaSet: 8\n'),
    options: before110,
    finds: ['warning ROL041'],
  },
  { name: 'more pods at least than replicas, from 1.10', edits: with_('      minPodsPerReplicaSet: 8\n') },
  {
    name: 'ping-pong with Istio',
    edits: {
      '      canaryService: parcels-canary\n      stableService: parcels-stable\n':
        '      pingPong: { pingService: parcels-canary, pongService: parcels-stable }\n',
    },
    finds: ['warning TRF015'],
  },
  {
    name: 'weights of an experiment, which leave a destination before 1.10',
    edits: { '        - setWeight: 50\n': `${EXPERIMENT}        - setWeight: 50\n` },
    options: before110,
    finds: ['warning ROL045'],
  },
  {
    name: 'weights of an experiment, from 1.10',
    edits: { '        - setWeight: 50\n': `${EXPERIMENT}        - setWeight: 50\n` },
  },
  {
    name: 'an instance of the controller that does not read the template',
    edits: {
      'kind: Rollout\nmetadata: { name: parcels, namespace: parcels }':
        'kind: Rollout\nmetadata: { name: parcels, namespace: parcels, labels: { argo-rollouts.argoproj.io/controller-instance-id: eu } }',
    },
    finds: ['warning ROL043'],
  },
  {
    name: 'the name of a VirtualService that releases read differently',
    edits: {
      'virtualService: { name: parcels, routes': 'virtualService: { name: parcels.v1.parcels, routes',
      'kind: VirtualService\nmetadata: { name: parcels,': 'kind: VirtualService\nmetadata: { name: parcels.v1,',
    },
    finds: ['warning TRF041'],
  },
]);

describeSet('gateway-api.yaml', [
  {
    name: 'a server-side diff takes the hash for a difference',
    edits: {
      '  name: tickets\n  namespace: argocd\n':
        '  name: tickets\n  namespace: argocd\n  annotations: { argocd.argoproj.io/compare-options: ServerSideDiff=true }\n',
    },
    finds: ['warning GIT012'],
  },
  {
    name: 'a server-side apply takes the hash away',
    edits: { '    automated: { prune': '    syncOptions: [ServerSideApply=true]\n    automated: { prune' },
    finds: ['error GIT012'],
  },
]);
