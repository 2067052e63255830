import { relabel, type RelabelRule } from '../../src/graph/scrape/relabel';

const relabeled = (labels: Record<string, string>, ...rules: RelabelRule[]): Record<string, string> | undefined => {
  const map = new Map(Object.entries(labels));
  return relabel(map, rules) ? Object.fromEntries(map) : undefined;
};

describe('relabeling', () => {
  test('replaces a label by what its sources match, and takes away what comes out empty', () => {
    const rule = { sourceLabels: ['__address__', 'zone'], regex: '([^:]+):\\d+;(.*)', targetLabel: 'instance' };
    expect(relabeled({ __address__: '10.0.0.1:80', zone: 'a' }, { ...rule, replacement: '$1-$2' })).toMatchObject({
      instance: '10.0.0.1-a',
    });
    expect(relabeled({ __address__: '10.0.0.1:80', instance: 'x' }, { ...rule, replacement: '$2' })).toEqual({
      __address__: '10.0.0.1:80',
    });
    expect(relabeled({ __address__: 'unix', instance: 'x' }, rule)).toMatchObject({ instance: 'x' });
  });

  test('names the target by what is matched, and leaves a name that comes out empty', () => {
    const rule = { sourceLabels: ['kind'], targetLabel: '$1', replacement: 'yes' };
    expect(relabeled({ kind: 'canary' }, rule)).toEqual({ kind: 'canary', canary: 'yes' });
    expect(relabeled({}, rule)).toEqual({});
  });

  test('keeps and drops as a whole', () => {
    expect(relabeled({ app: 'shop' }, { action: 'keep', sourceLabels: ['app'], regex: 'sho' })).toBeUndefined();
    expect(relabeled({ app: 'shop' }, { action: 'drop', sourceLabels: ['app'], regex: 'shop|x' })).toBeUndefined();
    expect(relabeled({ a: '1', b: '1' }, { action: 'keepequal', sourceLabels: ['a'], targetLabel: 'b' })).toBeDefined();
    expect(relabeled({ a: '1' }, { action: 'dropequal', sourceLabels: ['a'], targetLabel: 'b' })).toBeDefined();
    expect(relabeled({}, { action: 'dropequal', sourceLabels: ['a'], targetLabel: 'b' })).toBeUndefined();
  });

  test('maps, drops and keeps labels by their names', () => {
    const labels = { __meta_pod_label_track: 'canary', pod: 'shop-1', job: 'shop' };
    expect(relabeled(labels, { action: 'labelmap', regex: '__meta_pod_label_(.+)' })).toMatchObject({
      track: 'canary',
    });
    expect(relabeled(labels, { action: 'labeldrop', regex: '__meta_.*|po' })).toEqual({ pod: 'shop-1', job: 'shop' });
    expect(relabeled(labels, { action: 'labelkeep', regex: 'job' })).toEqual({ job: 'shop' });
  });

  test('shards by the last eight bytes of the MD5 sum, beyond what a double can hold', () => {
    // Prometheus's own model/relabel tests have 976 for these.
    const rule: RelabelRule = {
      action: 'hashmod',
      sourceLabels: ['c'],
      separator: ';',
      targetLabel: 'd',
      modulus: 1000,
    };
    expect(relabeled({ c: 'baz' }, rule)).toEqual({ c: 'baz', d: '976' });
  });

  test('changes the case letter by letter', () => {
    const rule = { sourceLabels: ['path'], targetLabel: 'out' };
    expect(relabeled({ path: 'Straße' }, { ...rule, action: 'uppercase' })?.out).toBe('STRAßE');
    expect(relabeled({ path: 'İΑΣ' }, { ...rule, action: 'lowercase' })?.out).toBe('iασ');
  });
});
