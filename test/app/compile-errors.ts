// Specs that TypeScript refuses, each at the line below the mark. `npm run lint` compiles this file, and fails where one
// of them has become possible.
import { App, Chart } from 'cdk8s';
import { CanaryApp, CanaryStep, Condition, HttpMatch, HttpRoute, NoData, Threshold } from '../../src';

const chart = new Chart(new App(), 'refused');
const image = 'checkout:1';
const port = 8080;

export const refused = [
  // @ts-expect-error: an app needs an image
  () => new CanaryApp(chart, 'a', { port }),
  // @ts-expect-error: an app needs a port
  () => new CanaryApp(chart, 'b', { image }),
  // @ts-expect-error: a port is a number
  () => new CanaryApp(chart, 'c', { image, port: 'http' }),
  // @ts-expect-error: no such option (misspelt)
  () => new CanaryApp(chart, 'd', { image, port, host: ['a.example.com'] }),
  // @ts-expect-error: a step is made by a factory, never written as YAML
  () => new CanaryApp(chart, 'e', { image, port, steps: [{ setWeight: 50 }] }),
  // @ts-expect-error: a weight is a number
  () => CanaryStep.setWeight('50%'),
  // @ts-expect-error: a pause has a unit
  () => CanaryStep.pause(300),
  // @ts-expect-error: a window has a unit
  () => new CanaryApp(chart, 'f', { image, port, failures: { atMost: 5, within: '5m' } }),
  // @ts-expect-error: a limit comes with its window
  () => new CanaryApp(chart, 'g', { image, port, failures: { atMost: 5 } }),
  // @ts-expect-error: the policy is one of the factories
  () => Condition.threshold(Threshold.atMost(5), 'pass'),
  // @ts-expect-error: a match says how it matches
  () => HttpRoute.split('primary', { matches: ['/'] }),
  // @ts-expect-error: a threshold has a side
  () => Condition.threshold(5, NoData.pause()),
  // @ts-expect-error: values are made by their factories
  () => new HttpMatch('/'),
  // @ts-expect-error: a threshold is a number
  () => Threshold.atMost('5'),
];
