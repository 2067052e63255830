import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { run } from '../../src/cli/run';

let folder: string;
const FAST = ['--runs', '300', '--error-rate', '1%'];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-pictures-'));
  const text = readFileSync('dist/quickstart.k8s.yaml', 'utf8');
  writeFileSync(join(folder, 'old.yaml'), text);
  writeFileSync(join(folder, 'new.yaml'), text.replace('setWeight: 50', 'setWeight: 5'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function simulate(
  ...args: string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [out, err] = ['', ''];
  const io = { cwd: folder, env: {}, stdin: Readable.from([]), colour: false, progress: false };
  const code = await run(['simulate', ...args, ...FAST], {
    ...io,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  });
  return { code, out, err };
}

test('a picture is well-formed, and says in words what it shows', async () => {
  const { code, out } = await simulate('old.yaml', '--format', 'svg');
  expect(code).toBe(0);
  expect(XMLValidator.validate(out)).toBe(true);
  const { svg } = new XMLParser({ ignoreAttributes: false }).parse(out) as {
    svg: { svg: { desc: { '#text': string } }[] };
  };
  const words = svg.svg.map(({ desc }) => desc['#text']);
  expect(words[0]).toMatch(/a version that fails 1.0 % is caught in [\d.]+ %/);
  expect(words[1]).toMatch(/caught after .* in the median/);
  expect(words[2]).toMatch(/failures \(step 3\) [\d.]+ %/);
});

test('the distribution of the times to detection adds up to what is caught', async () => {
  const { out } = await simulate('old.yaml', '--format', 'json');
  const [{ detectionTimes, probability }] = JSON.parse(out) as {
    detectionTimes: { from: number; to: number; share: number }[];
    probability: { promoted: number };
  }[];
  expect(detectionTimes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1 - probability.promoted, 9);
  for (const { from, to } of detectionTimes) expect(to).toBeGreaterThan(from);
});

test('a page and a comment of a pull request have figures, the curve and the assumptions', async () => {
  const page = await simulate('old.yaml', '--format', 'html');
  expect(page.out).toContain('Which version would be caught');
  expect(page.out.match(/<svg /g)).toHaveLength(6);
  const { out } = await simulate('old.yaml', '--format', 'markdown');
  expect(out).toContain('| Healthy versions stopped |');
  expect(out).toContain('xychart-beta');
  // The limit of the example, and what was measured when it was crossed.
  expect(out).toMatch(/\| failures \| step 3 \| 100 % \| value [\d.]+ \([\d.]+ to [\d.]+\) \| result\S* \S*<= 5/);
  expect(out).toMatch(/What stops a healthy version[^]*\| failures \| step 3 \| \d+ % \| value /);
  expect(page.out).toMatch(/<span>value [\d.]+ \([\d.]+ to [\d.]+\)<\/span><\/td>/);
  // What the charts show is there as tables, too.
  for (const text of [out, page.out]) {
    expect(text).toMatch(/When it is caught[^]*caught from[^]*\d+:\d\d/);
    expect(text).toMatch(/What becomes of updates[^]*stopped by failures \(step 3\)[^]*promoted all the same/);
  }
});

test('a comparison says which figures a change alters, in each format', async () => {
  const { code, out } = await simulate('--compare', 'old.yaml', 'new.yaml');
  expect(code).toBe(0);
  expect(out).toMatch(/Failed requests\n {4}- .*\n {4}\+ /);
  const markdown = (await simulate('--compare', 'old.yaml', 'new.yaml', '--format', 'markdown')).out;
  expect(markdown).toContain('| figure | before | after | more |');
  expect(markdown).toContain('| regression | caught before | caught after |');
  expect(markdown).toMatch(/\| before \| stopped by failures[^]*\| after \| stopped by failures/);
  const same = await simulate('--compare', 'old.yaml', 'old.yaml');
  expect(same.out).toContain('both plans have the same figures');
  const svg = await simulate('--compare', 'old.yaml', 'new.yaml', '--format', 'svg');
  expect(svg.out).toContain('stroke-dasharray="5 3"');
  expect(await simulate('--compare', 'old.yaml')).toMatchObject({ code: 2 });
  expect(await simulate('old.yaml', '--suggest', '--format', 'svg')).toMatchObject({ code: 2 });
});

test.each(['text', 'markdown', 'html', 'json'])(
  '%s says the faults of the controller that the update meets',
  async (format) => {
    const text = readFileSync('dist/header-mirror.k8s.yaml', 'utf8');
    // Without a pod of the canary there, the controller removes the header route.
    const bare = text.replace('        - setCanaryScale:\n            weight: 25\n', '');
    expect(bare).not.toBe(text);
    writeFileSync(join(folder, 'kept.yaml'), text);
    writeFileSync(join(folder, 'lost.yaml'), bare);
    const lost = /the header route '.+' of step 1 is gone at .+ and does not come back/;
    expect((await simulate('lost.yaml', '--format', format)).out.replace(/&#39;|&apos;/g, "'")).toMatch(lost);
    expect((await simulate('kept.yaml', '--format', format)).out).not.toMatch(/is gone at .* and does not come back/);
  },
);
