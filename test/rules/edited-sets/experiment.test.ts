import { describeSet } from './edited-set';

const JOB = '                restartPolicy: Never\n';

describeSet('experiment.yaml', [
  { name: 'without an edit', edits: {} },
  // The pods of a template.
  {
    name: 'a mount of a volume that does not exist',
    edits: { 'volumes: [{ name: cache,': 'volumes: [{ name: cahce,' },
    finds: ['error ROL038'],
    says: "template 'cached' of Experiment trade/quotes-cache",
  },
  {
    name: 'a request above its limit',
    edits: { 'requests: { memory: 128Mi }': 'requests: { memory: 512Mi }' },
    finds: ['error ROL038'],
  },
  {
    name: 'pods that are not restarted',
    edits: {
      '        spec:\n          containers:\n            - name: quotes':
        '        spec:\n          restartPolicy: Never\n          containers:\n            - name: quotes',
    },
    finds: ['error ROL038'],
  },
  { name: 'a port out of range', edits: { 'containerPort: 8080': 'containerPort: 80800' }, finds: ['error ROL038'] },
  {
    name: 'a selector that does not match the pods',
    edits: { 'matchLabels: { app: quotes, variant: cached }': 'matchLabels: { app: quotes, variant: cache }' },
    finds: ['error ROL049'],
  },
  { name: 'no pods', edits: { 'replicas: 2': 'replicas: 0' }, finds: ['warning ROL050'] },
  { name: 'fewer than no pods', edits: { 'replicas: 2': 'replicas: -1' }, finds: ['error ROL050'] },
  {
    name: 'pods that are ready after the deadline',
    edits: { 'minReadySeconds: 10': 'minReadySeconds: 400' },
    finds: ['error ROL050'],
  },
  { name: 'a duration that is none', edits: { 'duration: 30m': 'duration: 30 minutes' }, finds: ['error ROL050'] },
  { name: 'no end', edits: { '  duration: 30m\n': '' }, finds: ['warning ROL031'] },
  {
    name: 'no duration, and an analysis that is required',
    edits: {
      '  duration: 30m\n': '',
      '      templateName: smoke\n': '      templateName: smoke\n      requiredForCompletion: true\n',
    },
  },
  {
    name: 'a template that does not exist',
    edits: { 'templateName: smoke': 'templateName: smok' },
    finds: ['error REF004'],
  },
  {
    name: 'an argument that is not given',
    edits: { '      args: [{ name: host, value: quotes }]\n': '' },
    finds: ['error REF010'],
  },
  // The Job of the analysis.
  {
    name: 'a Job whose pods are always restarted, by default',
    edits: { [JOB]: '' },
    finds: ['error ANA031'],
  },
  {
    name: 'a Job whose pods are always restarted',
    edits: { [JOB]: '                restartPolicy: Always\n' },
    finds: ['error ANA031'],
  },
  {
    name: 'a Job whose pods are restarted when they fail',
    edits: { [JOB]: '                restartPolicy: OnFailure\n' },
  },
  {
    name: 'a Job that mounts what does not exist',
    edits: {
      'registry.example.com/smoke:1\n':
        'registry.example.com/smoke:1\n                    volumeMounts: [{ name: data, mountPath: /data }]\n',
    },
    finds: ['error ROL038'],
  },
  {
    name: 'a Job with arguments in its names and quantities',
    edits: {
      'registry.example.com/smoke:1\n':
        'registry.example.com/smoke:1\n                    resources: { limits: { memory: 64Mi } }\n',
      '- name: smoke\n                    image': "- name: 'smoke-{{args.host}}'\n                    image",
    },
  },
  {
    name: 'a Job without a deadline',
    edits: { '            activeDeadlineSeconds: 300\n': '' },
    finds: ['advice ANA034'],
  },
]);
