import { missingAnalysisTemplate } from '../../src/rules/references/ref004-missing-analysis-template';
import { describeRule } from './describe-rule';

const rollout = (template: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  strategy:
    canary:
      steps:
        - setWeight: 50
        - analysis:
            templates:
              - ${template}
`;

const template = (kind: string, name: string, namespace: string, templates = '[]'): string => `
apiVersion: argoproj.io/v1alpha1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec: { metrics: [], templates: ${templates} }
`;

const given = template('AnalysisTemplate', 'checkout-errors', 'shop');

describeRule(missingAnalysisTemplate, [
  {
    name: 'a name one letter off is a mistake, and the right one is shown with its place',
    manifest: { 'rollout.yaml': rollout('templateName: checkout-eror'), 'analysis.yaml': given },
    finds: [
      {
        severity: 'error',
        file: 'rollout.yaml',
        line: 11,
        column: 31,
        message: "step 2 of Rollout shop/checkout analyses 'checkout-eror', which nothing here defines",
        hint: "did you mean 'checkout-errors' (analysis.yaml:3)?",
      },
    ],
  },
  {
    name: 'a template that may be elsewhere is a note',
    manifest: rollout('templateName: platform-latency') + `---${given}`,
    finds: [{ severity: 'note', hint: undefined }],
  },
  {
    name: 'and an error where the given set is all there is',
    manifest: rollout('templateName: platform-latency') + `---${given}`,
    options: { closedWorld: true },
    finds: [{ severity: 'error' }],
  },
  {
    name: 'a template of another namespace is not found',
    manifest:
      rollout('templateName: checkout-errors') + `---${template('AnalysisTemplate', 'checkout-errors', 'other')}`,
    options: { closedWorld: true },
    finds: [{ severity: 'error', line: 11 }],
  },
  {
    name: 'clusterScope is forgotten',
    manifest: rollout('templateName: errors') + `---${template('ClusterAnalysisTemplate', 'errors', "''")}`,
    finds: [{ severity: 'error', hint: 'there is a ClusterAnalysisTemplate of that name: add clusterScope: true' }],
  },
  {
    name: 'a nested template that is missing is reported where it is named',
    manifest: {
      'rollout.yaml': rollout('templateName: checkout-errors'),
      'analysis.yaml': template('AnalysisTemplate', 'checkout-errors', 'shop', '[{ templateName: latency }]'),
    },
    finds: [
      {
        file: 'analysis.yaml',
        message: "AnalysisTemplate shop/checkout-errors contains 'latency', which nothing here defines",
      },
    ],
  },
  {
    name: 'templates that contain each other end the search',
    manifest:
      rollout('templateName: a') +
      `---${template('AnalysisTemplate', 'a', 'shop', '[{ templateName: b }]')}` +
      `---${template('AnalysisTemplate', 'b', 'shop', '[{ templateName: a }]')}`,
  },
  { name: 'the template is there', manifest: rollout('templateName: checkout-errors') + `---${given}` },
  {
    name: 'the template has no namespace, and so may be put beside the Rollout',
    manifest: rollout('templateName: e') + `---${template('AnalysisTemplate', 'e', "''")}`,
  },
]);
