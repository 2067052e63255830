import { lint } from '../../src/lint';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { graphOfLoaded, loadManifests } from '../../src/graph';

const folder = join(__dirname, '../fixtures/reference');
const texts = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

test('the reference scenario: what an experienced operator would say', () => {
  const { findings } = lint(graphOfLoaded(loadManifests(texts)));
  expect(
    findings.map(({ code, severity, file, line, column, message }) => [
      `${severity} ${code} ${file}:${line}:${column}`,
      message,
    ]),
  ).toEqual([
    [
      'warning ANA024 analysis-template.yaml:7:13',
      "metric 'http_error_count' looks back 5 min, and step 3 of Rollout rollouts-demo may first measure it at once",
    ],
    [
      'warning CON001 analysis-template.yaml:8:25',
      expect.stringContaining(
        "successCondition of metric 'http_error_count' is an error when the query returns nothing",
      ),
    ],
    [
      'warning PRM002 analysis-template.yaml:13:13',
      "the query of metric 'http_error_count' takes delta() of the counter http_requests_total, which is wrong after every restart of a pod",
    ],
    [
      'warning PRM008 analysis-template.yaml:13:13',
      "the query of metric 'http_error_count' can return several series, one for each pod and each combination of labels, and its condition reads only result[0]",
    ],
    [
      'warning PRM022 analysis-template.yaml:13:50',
      "the query of metric 'http_error_count' asks about namespace 'kubota-test', and Rollout rollouts-demo states no namespace",
    ],
    [
      'warning PRM007 analysis-template.yaml:13:74',
      "the query of metric 'http_error_count' identifies the canary by service 'rollouts-demo-canary', which also selects the pods of the stable version until the update begins, and flaps between the versions after an abort",
    ],
    ['advice SEC006 gateway.yaml:14:11', 'Gateway rollouts-demo-gateway takes every host on port 80 without TLS'],
    [
      'note MSH001 rollout.yaml:30:9',
      "Rollout rollouts-demo is routed by VirtualService 'rollouts-demo-vsvc', and its pods ask for a proxy by an annotation alone, which injection does not look for",
    ],
    [
      'warning MON004 servicemonitors.yaml:29:3',
      "ServiceMonitor rollouts-demo-canary and ServiceMonitor rollouts-demo-stable both scrape the pods of Rollout rollouts-demo, through the Services 'rollouts-demo-canary' and 'rollouts-demo-stable': each pod twice while no rollout is under way",
    ],
    [
      'warning SEC001 virtualservice.yaml:30:19',
      "VirtualService rollouts-demo-vsvc publishes 'prometheus' under /api for the host '*', to everybody who reaches the Gateway 'rollouts-demo-gateway'",
    ],
    [
      'note TRF021 virtualservice.yaml:30:19',
      "route 'prometheus' of VirtualService rollouts-demo-vsvc sends requests to the Service 'prometheus', which nothing here defines",
    ],
  ]);
});

const dist = join(__dirname, '../../dist');

// What the constructs make of the reference scenario is what its author wrote, findings and all.
const generated = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.yaml') && !name.startsWith('rollouts-demo'),
);
test.each(generated)('what this library generates passes: %s', (name) => {
  const text = readFileSync(join(dist, name), 'utf8');
  const { findings } = lint(graphOfLoaded(loadManifests([{ name, text }])));
  expect(
    findings
      .filter(({ severity }) => severity !== 'note')
      .map(({ code, line, message }) => `${code} ${line} ${message}`),
  ).toEqual([]);
});

test('the same app in the folders of two environments is not scraped twice', () => {
  const text = readFileSync(join(dist, 'quickstart.k8s.yaml'), 'utf8');
  const environments = ['staging', 'production'].map((name) => ({ name: `${name}/checkout.yaml`, text }));
  const { findings } = lint(graphOfLoaded(loadManifests(environments)), { select: ['MON004'] });
  expect(findings).toEqual([]);
});
