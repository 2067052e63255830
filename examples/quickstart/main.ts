import { App, Chart } from 'cdk8s';
import { CanaryApp, CanaryStep } from 'cdk8s-canary';

const app = new App();
new CanaryApp(new Chart(app, 'quickstart', { namespace: 'shop' }), 'checkout', {
  image: 'registry.example.com/checkout:1.4.2',
  port: 8080,
  hosts: ['checkout.example.com'],
  prometheus: 'http://prometheus.monitoring:9090',
  steps: [CanaryStep.setWeight(50), CanaryStep.pause(), CanaryStep.analysis()],
});
app.synth();
