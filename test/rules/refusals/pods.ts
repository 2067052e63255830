import { badOf, container, rollout } from './frames';
import type { Refusals } from './refusal';

const steps = 'steps: [{ setWeight: 50 }, { pause: {} }]';

/** The refusals of a Rollout and its pods. */
export const POD_REFUSALS: Refusals = {
  'rollout/rollout.ts': [
    ['port … twice; leave one of them out', 'valid'],
    ['no container has a port to expose', 'needed'],
    ['the name of the Rollout', 'SCH006', rollout(steps).replace('name: checkout', "name: 'Checkout!'")],
    [
      "the pods' label '…'",
      'SCH006',
      rollout(steps).replace('{ labels: { app: checkout } }', "{ labels: { app: checkout, v: 'a b' } }"),
    ],
    ['must be longer than minReady', 'ROL006', rollout(steps, 'minReadySeconds: 60\nprogressDeadlineSeconds: 30')],
    ['restartAt is …, which is no time', 'SCH006', rollout(steps, 'restartAt: tomorrow')],
    ['minPodsPerReplicaSet is', 'ROL041', badOf('ROL041')],
    [
      'which a Rollout with a workloadRef does not have',
      'ROL020',
      rollout(
        `analysis: { templates: [{ templateName: checkout-errors }], args: [{ name: v, valueFrom: { fieldRef: { fieldPath: spec.template.metadata.labels.version } } }] }\n${steps}`,
      ).replace(
        /template:\n[\s\S]*?strategy:/,
        'workloadRef: { apiVersion: apps/v1, kind: Deployment, name: checkout }\n  strategy:',
      ),
    ],
    ['which cdk8s-plus leaves out of selectors', 'inexpressible'],
    [
      'containers of its own in addition to workloadRef',
      'ROL004',
      rollout(steps, 'workloadRef: { apiVersion: apps/v1, kind: Deployment, name: checkout }'),
    ],
    [
      'it has no container; give at least one',
      'ROL038',
      rollout(steps).replace(/containers:\n[\s\S]*?strategy:/, 'containers: []\n  strategy:'),
    ],
    ['restartPolicy is …, and pods of a Rollout', 'ROL038', container('image: checkout:1', 'restartPolicy: Never')],
    [
      'it selects no pods; leave select',
      'ROL003',
      rollout(steps).replace('selector: { matchLabels: { app: checkout } }', 'selector: {}'),
    ],
    [
      'it selects pods by the label',
      'ROL002',
      rollout(steps).replace(
        'selector: { matchLabels: { app: checkout } }',
        'selector: { matchLabels: { app: other } }',
      ),
    ],
    [
      'the name of a container',
      'ROL038',
      container('image: checkout:1').replace('- name: checkout', "- name: 'Check out'"),
    ],
    ['a port of …', 'ROL038', container('image: checkout:1\nports: [{ containerPort: 70000 }]')],
    [
      'has two ports called',
      'ROL038',
      container('image: checkout:1\nports: [{ name: http, containerPort: 80 }, { name: http, containerPort: 81 }]'),
    ],
    [
      'with bidirectional propagation',
      'ROL038',
      container(
        'image: checkout:1\nvolumeMounts: [{ name: v, mountPath: /v, mountPropagation: Bidirectional }]',
        'volumes: [{ name: v, emptyDir: {} }]',
      ),
    ],
    ['which cdk8s-plus cannot write', 'inexpressible'],
    [
      'is an Azure disk, whose diskURI',
      'ROL038',
      container('image: checkout:1', 'volumes: [{ name: v, azureDisk: { diskName: a, diskURI: /subscriptions/a } }]'),
    ],
    [
      'which pods do not get from a template',
      'SCH003',
      rollout(steps).replace('{ labels: { app: checkout } }', '{ name: pod, labels: { app: checkout } }'),
    ],
    ['has an empty image', 'ROL038', container("image: ''")],
    ['which has a space in it', 'ROL038', container("image: 'checkout: 1'")],
    ['… is …; use a whole number of 0 or more', 'ROL005', rollout(steps, 'replicas: -1')],
  ],
};
