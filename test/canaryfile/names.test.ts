import { spec } from '../cli/run';
import { folderWith, runCli } from '../cli/run-cli';

test('an app may have the name of a field that every object has', async () => {
  const cwd = folderWith({ 'a.canary.yaml': spec('constructor'), 'b.canary.yaml': spec('shop') });
  const { code, out, err } = await runCli(['synth', '.', '-o', '-'], { cwd });
  expect([code, err]).toEqual([0, expect.not.stringContaining('defect')]);
  const rendered = (name: string): string =>
    out
      .split('---\n')
      .filter((text) => text.includes(`name: ${name}`))
      .join('---\n');
  expect(rendered('constructor').replaceAll('constructor', 'shop')).toBe(rendered('shop'));
});
