import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { adopt } from '../../src/adopt/adopt';
import { manifestsIn } from '../examples/rendered';
import { EXAMPLES, render, spec } from '../canaryfile/load';

const FIXTURES = join(__dirname, '../fixtures');
const files = (folder: string) =>
  readdirSync(join(FIXTURES, folder)).map((name) => ({
    name,
    text: readFileSync(join(FIXTURES, folder, name), 'utf8'),
  }));
const fixture = (...names: string[]) =>
  names.map((name) => ({ name, text: readFileSync(join(FIXTURES, 'adopt', name), 'utf8') }));

describe('adopt', () => {
  test('of the reference manifests gives a spec that synthesizes them again, with nothing left over', () => {
    const [adopted] = adopt(files('reference'));
    expect(adopted.notes).toEqual([]);
    const byTitle = (objects: { kind: string; metadata: { name: string } }[]) =>
      Object.fromEntries(objects.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
    const published = files('reference').flatMap(({ text }) => manifestsIn(text));
    expect(byTitle(manifestsIn(render(adopted.text).text))).toEqual(byTitle(published));
  });

  test.each(['reference', 'quickstart'])('of what the %s spec makes gives the spec back', (example) => {
    const text = readFileSync(join(EXAMPLES, example, 'canary.yaml'), 'utf8');
    const [adopted] = adopt([{ name: 'manifests.yaml', text: render(text).text }]);
    expect(adopted.notes).toEqual([]);
    expect(parse(adopted.text)).toEqual(parse(text));
  });

  test.each([
    ['replicas: 4\n  portName: http-web\n  servicePort: 8080'],
    ['sidecar: none\n  container: { envVariables: { LEVEL: { value: info } } }'],
    ['hosts: [a.example.com]\n  steps: [{ setWeight: 20 }, { pause: { duration: 5m } }, analysis]'],
  ])('of what a spec with %s makes gives what makes the same again', (lines) => {
    const made = render(spec(`  ${lines}\n`)).text;
    const [adopted] = adopt([{ name: 'manifests.yaml', text: made }]);
    expect(adopted.notes).toEqual([]);
    expect(render(adopted.text).text).toBe(made);
  });

  test('of a Deployment keeps its pods, and says what it cannot keep', () => {
    const [adopted] = adopt(fixture('deployment.yaml'));
    expect(adopted).toMatchSnapshot();
    expect(render(adopted.text).problems).toEqual([]);
  });

  test('of a Flagger Canary takes its weights and intervals, and says what has no counterpart', () => {
    const [adopted] = adopt(fixture('deployment.yaml', 'flagger.yaml'), { prometheus: 'http://prometheus:9090' });
    expect(adopted).toMatchSnapshot();
    expect(render(adopted.text).problems).toEqual([]);
  });

  test.each([
    ['kind: ConfigMap\nmetadata: { name: a }\n', 'there is no Rollout, Deployment or Flagger Canary'],
    [
      'kind: Canary\nmetadata: { name: a }\nspec: { targetRef: { kind: Deployment, name: b } }\n',
      'Canary a is for Deployment b, which is not among the files',
    ],
    ['a: [\n', 'manifests.yaml:1:4: not valid YAML'],
  ])('of what it cannot adopt says why', (text, message) => {
    expect(() => adopt([{ name: 'manifests.yaml', text }])).toThrow(message);
  });
});
