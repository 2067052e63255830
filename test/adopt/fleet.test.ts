import { adoptAll } from '../../src/adopt/adopt';
import { byIstio, manifestsOf, SETS } from './sets';
import { rollout, services, virtualService } from './sets';
import { stringify } from 'yaml';

/** The manifests of an app, with its own name and amounts. */
const app = (name: string, replicas: number, version: string) =>
  [rollout(byIstio()), ...services(), virtualService()]
    .map((object) => stringify(object))
    .join('---\n')
    .replaceAll('ledger', name)
    .replace(/replicas: \d+/, `replicas: ${replicas}`)
    .replace(/(image: [^\n:]+(?::\d+)?[^\n:]*):[^\n]*/, `$1:${version}`);

describe('adopt of a fleet', () => {
  // A default (2 replicas) among other amounts; names that are parts of other texts.
  const apps = [
    app('orders', 3, '1.0'),
    app('billing', 2, '1.1'),
    app('pay-api', 7, '2.4.1'),
    app('a', 1, 'v9'),
    app('web', 2, '1.0'),
    manifestsOf(SETS[3]),
  ];

  test('gives each app the spec that it gets alone', () => {
    const { adopted, refused } = adoptAll(apps.map((text, i) => ({ name: `${i}.yaml`, text })));
    const alone = apps.map((text) => adoptAll([{ name: 'a.yaml', text }]).adopted[0]);
    expect(refused).toEqual([]);
    expect(adopted.map(({ text }) => text)).toEqual(alone.map(({ text }) => text));
    expect(adopted.flatMap(({ notes }) => notes)).toEqual([]);
    expect(adopted.slice(0, 5).map(({ text }) => /replicas: (\d+)/.exec(text)?.[1])).toEqual(['3', '2', '7', '1', '2']);
  });
});
