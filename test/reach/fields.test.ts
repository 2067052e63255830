// Every field of the definitions is said by some option, or is on the list of those that are left out on purpose.
import { Testing } from 'cdk8s';
import { Manifest } from '../synthesized';
import { analyses } from './analyses';
import { EXCEPTIONS } from './exceptions';
import { fieldsOf, saidIn } from './fields';
import { monitors } from './monitors';
import { rollouts } from './rollouts';
import { gatewayApiObjects, istioObjects } from './traffic';

const manifests: Manifest[] = [
  (chart: ReturnType<typeof Testing.chart>) => void analyses(chart),
  (chart: ReturnType<typeof Testing.chart>) => void monitors(chart),
  (chart: ReturnType<typeof Testing.chart>) => {
    rollouts(chart, istioObjects(chart), gatewayApiObjects(chart));
  },
].flatMap((build) => {
  const chart = Testing.chart();
  build(chart);
  return Testing.synth(chart) as Manifest[];
});

/** Subsets and single ports have policies of the same shape as the whole: what holds for one holds for all. */
const everywhere = (field: string) =>
  field.replace(/^spec\.(subsets\[\]\.)?trafficPolicy\.(portLevelSettings\[\]\.(?!port))?/, 'spec.trafficPolicy.');
const below = (field: string, exception: string) =>
  [field, everywhere(field)].some(
    (one) => one === exception || (/^(\.|\[)/.test(one.replace(exception, '')) && one.startsWith(exception)),
  );

describe.each(Object.entries(EXCEPTIONS))('%s:', (name, exceptions) => {
  const [group, kind] = name.split(' ');
  const version = group === 'argoproj.io' ? 'v1alpha1' : 'v1';
  const fields = fieldsOf(group, kind, version);
  const said = new Set(
    manifests
      .filter((one) => one.kind === kind || (kind === 'AnalysisTemplate' && one.kind === 'ClusterAnalysisTemplate'))
      .flatMap((one) => saidIn(one, group, kind, version)),
  );

  test('an option says each field', () => {
    const unsaid = fields.filter((field) => !said.has(field));
    expect(unsaid.filter((field) => !Object.keys(exceptions).some((one) => below(field, one)))).toEqual([]);
    expect(said.size).toBeGreaterThan(6);
  });

  test('no exception is of something that an option says, or of nothing', () => {
    const idle = Object.keys(exceptions).filter((one) => {
      const meant = fields.filter((field) => below(field, one));
      return meant.length === 0 || meant.every((field) => said.has(field));
    });
    expect(idle).toEqual([]);
  });
});
