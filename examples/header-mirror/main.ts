// Testers first, by a header; then copies of what only reads, whose answers nobody sees; then everybody, step by step.
// The routes of the first two are listed for the controller and taken away by themselves.
import { App, Chart, Duration } from 'cdk8s';
import { CanaryApp, CanaryPlan, CanaryScale, CanaryStep, HeaderMatch, StringMatch } from 'cdk8s-canary';

const [firstWeight, ...laterSteps] = CanaryPlan.weights([10, 50], Duration.minutes(10), { analyzeEachStep: true });

const app = new App();
new CanaryApp(new Chart(app, 'header-mirror', { namespace: 'shop' }), 'search', {
  image: 'registry.example.com/search:2.0.0',
  port: 8080,
  hosts: ['search.example.com'],
  prometheus: 'http://prometheus.monitoring:9090',
  steps: [
    CanaryStep.canaryScale(CanaryScale.weight(25)),
    CanaryStep.setHeaderRoute('testers', [HeaderMatch.exact('x-canary', 'always')]),
    CanaryStep.pause(),
    CanaryStep.setMirrorRoute('shadow', {
      matches: [{ method: StringMatch.exact('GET'), path: StringMatch.prefix('/') }],
      percentage: 20,
    }),
    CanaryStep.analysis(),
    CanaryStep.removeMirrorRoute('shadow'),
    // At weight 0 the pods would follow to none, and the controller would remove the header route.
    firstWeight,
    CanaryStep.canaryScale(CanaryScale.matchTrafficWeight()),
    ...laterSteps,
  ],
});
app.synth();
