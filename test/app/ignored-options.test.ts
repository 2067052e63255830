import { stringify } from 'yaml';
import { render } from '../canaryfile/load';
import { LEAST, VALUES, withOption } from './option-values';

/** What a spec with some options renders, or undefined if it is refused. */
const rendered = new Map<string, string | undefined>();
function renderedWith(...paths: readonly string[]): string | undefined {
  const key = paths.join(' ');
  if (!rendered.has(key)) {
    const spec = paths.reduce<object>((given, path) => withOption(given, path, VALUES[path]), LEAST);
    const document = { apiVersion: 'cdk8s-canary.dev/v1', kind: 'CanaryApp', metadata: { name: 'a' }, spec };
    const { text, problems } = render(stringify(document));
    rendered.set(key, problems.length > 0 ? undefined : text);
  }
  return rendered.get(key);
}

const PATHS = Object.keys(VALUES);
const isInside = (one: string, other: string) => one === other || one.startsWith(`${other}.`);
/** Settings for analyses, which defaults of many apps may state although one of them has no analysis. */
const FOR_ANALYSES = ['prometheusAccess'];
/** Options that have an effect by themselves. */
const effective = () =>
  PATHS.filter((path) => !FOR_ANALYSES.includes(path) && ![undefined, renderedWith()].includes(renderedWith(path)));

describe('an option beside another one', () => {
  // Two options may state the same, as the same port twice.
  const SAME = ['container.portNumber port'];

  test('has an effect, or the pair is refused', () => {
    const all = effective();
    expect(all.length).toBeGreaterThan(20);
    const ignored = all.flatMap((one, i) =>
      all.slice(i + 1).flatMap((other) => {
        if (isInside(one, other) || isInside(other, one)) return [];
        const both = renderedWith(one, other);
        const isIgnored = both !== undefined && [one, other].some((path) => both === renderedWith(path));
        return isIgnored && !SAME.includes([one, other].sort().join(' ')) ? [`${one} and ${other}`] : [];
      }),
    );
    expect(ignored).toEqual([]);
  }, 300_000);
});
