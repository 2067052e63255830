import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

test('the guides show what the commands print, figure for figure', () => {
  const script = join(__dirname, '../../scripts/guide-figures.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
