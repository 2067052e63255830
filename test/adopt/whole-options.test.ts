import { parse } from 'yaml';
import { adopt } from '../../src/adopt/adopt';
import { render, spec } from '../canaryfile/load';

const JOB = 'analysis: { templates: [{ jobAnalysis: ';

/** What `adopt` makes of the manifests of a spec. */
function adopted(lines: string) {
  const made = render(spec(`${lines}\n`));
  expect(made.problems).toEqual([]);
  const [adoption] = adopt([{ name: 'made.yaml', text: made.text }]);
  expect(render(adoption.text).text).toBe(made.text);
  return { ...adoption, spec: (parse(adoption.text) as { readonly spec: object }).spec };
}

describe('adopt restores, from what synth made,', () => {
  test.each([
    ['a configuration of environment variables', 'config: { data: { LEVEL: info, MODE: a } }'],
    ['a configuration of files', 'config: { data: { app.conf: "a=b" }, mountPath: /etc/app }'],
    [
      'a configuration beside other sources of variables',
      'config: { data: { LEVEL: info } }\n  container: { envFrom: [{ sec: tokens }] }',
    ],
    ['a port with a Service of its own', 'ports: [{ name: grpc, number: 9000, service: web-grpc }]'],
    [
      'the Job of a step',
      `steps: [{ setWeight: 50 }, { pause: {} }, { ${JOB}{ image: 'a/k6:1', command: [run], args: [--fast] } }] } }]`,
    ],
    [
      'all of the Job of a step',
      `steps: [{ setWeight: 50 }, { ${JOB}{ image: 'a/k6:1', backoffLimit: 2, deadline: 60s, jobLabels: { a: b } } }] } }]`,
    ],
    [
      'the title, the uid and the limits of a dashboard',
      'monitoring: { dashboard: { title: Shop, uid: shop-1, limits: { failureRatio: 0.03, latencies: [{ quantile: 0.95, atMost: 700ms }, { quantile: 0.99, atMost: 1500ms }] } } }',
    ],
    [
      'a dashboard with the limits of the checks',
      'checks: [{ errorRate: { atMost: 0.02 } }]\n  steps: [{ setWeight: 50 }, { pause: {} }, analysis]\n  monitoring: { dashboard: { uid: shop-1 } }',
    ],
    [
      'a dashboard with the queries of the checks',
      `checks: [{ query: { name: queue, query: 'max(depth{app="{{args.rollout}}"})', threshold: { atMost: 5 } } }]\n  steps: [{ setWeight: 50 }, { pause: {} }, analysis]\n  monitoring: { dashboard: { uid: shop-1 } }`,
    ],
    [
      'the legend and the queries of a dashboard',
      `monitoring: { dashboard: { legend: 'v {{rollouts_pod_template_hash}}', queries: [{ title: Queue, query: max(depth), limit: 3 }] } }`,
    ],
    [
      'a dashboard that names versions by the metadata of their pods',
      'strategy: { canaryMetadata: { labels: { role: new } }, stableMetadata: { labels: { role: old } } }\n  monitoring: { dashboard: { uid: shop-1 }, podTargetLabels: [team] }',
    ],
  ])('%s', (_, lines) => {
    const { spec: found, notes } = adopted(`  ${lines}`);
    expect(notes).toEqual([]);
    expect(found).not.toHaveProperty('patches');
    expect(found).not.toHaveProperty('extraManifests');
    const stated = (parse(`spec:\n  ${lines}\n`) as { readonly spec: object }).spec;
    for (const option of Object.keys(stated).filter((one) => one !== 'steps')) {
      expect(JSON.stringify(found)).toContain(`"${option}":`);
    }
    if (lines.includes('jobAnalysis')) expect(JSON.stringify(found)).toContain('"jobAnalysis":{"image":"a/k6:1"');
  });

  test('no limits of a dashboard that states none', () => {
    expect(JSON.stringify(adopted('  monitoring: { dashboard: { title: Shop } }').spec)).not.toContain('limits');
  });
});
