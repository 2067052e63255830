import { parseAllDocuments } from 'yaml';
import { adoptAll } from '../../src/adopt/adopt';
import { written } from '../../src/adopt/normalise';
import { isSame } from '../../src/graph';
import { render } from '../canaryfile/load';
import { sample } from '../sample';
import { Obj, SETS, manifestsOf } from './sets';

const title = ({ kind, metadata }: Obj) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

/** An object as another reader sees it. */
const objectsIn = (text: string): Obj[] =>
  parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS() as Obj);

/** A Rollout takes the place of these. */
const BECOMES = ['Deployment', 'Canary', 'MetricTemplate'];
/** These lead to the Rollout and its Services afterwards; tests of their own say how. */
const ADAPTED = ['VirtualService', 'HTTPRoute', 'Ingress', 'HorizontalPodAutoscaler', 'ScaledObject'];

describe('adopt of the sets that public repositories have', () => {
  test('covers them', () => expect(SETS.length).toBeGreaterThanOrEqual(80));

  test.each(sample(SETS, 2).map((set) => [set.name, set] as const))('%s', (_, set) => {
    const { adopted, refused } = adoptAll([{ name: 'set.yaml', text: manifestsOf(set) }]);
    if (set.refused !== undefined) {
      expect(refused).toEqual([expect.objectContaining({ reason: expect.stringContaining(set.refused) })]);
      expect(adopted).toEqual([]);
      return;
    }
    expect(refused).toEqual([]);
    expect(adopted).toHaveLength(1);
    const [{ text, notes, kind }] = adopted;
    expect(notes).toEqual([]);
    const made = render(text);
    expect(made.problems).toEqual([]);
    const after = new Map(objectsIn(made.text).map((object) => [title(object), object]));
    // Of a Deployment a Rollout is made, and what splits its requests is new.
    const wanted = objectsIn(manifestsOf(set)).filter((object) => kind === 'Rollout' || !BECOMES.includes(object.kind));
    for (const object of wanted) {
      expect(after.has(title(object))).toBe(true);
      const [before, now] = [written(object) as Obj, after.get(title(object))!];
      if (kind !== 'Rollout') expect(now).toMatchObject(ADAPTED.includes(object.kind) ? { kind: object.kind } : before);
      else if (!isSame(before, now)) expect(now).toEqual(before);
      after.delete(title(object));
    }
    if (kind === 'Rollout') expect([...after.keys()]).toEqual([]);
  });
});
