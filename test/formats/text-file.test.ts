import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatBytes, readTextFile } from '../../src/formats/text-file';

const folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-text-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, bytes: string | Buffer): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

describe('readTextFile', () => {
  test('reads a file as UTF-8', () => {
    expect(readTextFile(file('a.yaml', 'naïve: ✓\n'))).toBe('naïve: ✓\n');
    expect(readTextFile(file('empty.yaml', ''))).toBe('');
  });

  test('reads a file of exactly the limit, and refuses one byte more', () => {
    const path = file('large.yaml', 'x'.repeat(10_000));
    expect(readTextFile(path, 10_000)).toHaveLength(10_000);
    expect(() => readTextFile(path, 9_999)).toThrow(/is larger than 9\.8 KiB; split the file/);
  });

  test('counts what comes where a file says that it is empty', () => {
    expect(readTextFile('/proc/self/status')).toContain('Pid:');
    expect(() => readTextFile('/proc/self/status', 100)).toThrow('is larger than 100 bytes');
  });

  test.each([
    ['UTF-16 of either byte order', Buffer.from([0xff, 0xfe, 97, 0]), 'is UTF-16; save it as UTF-8'],
    ['UTF-16 of either byte order', Buffer.from([0xfe, 0xff, 0, 97]), 'is UTF-16; save it as UTF-8'],
    ['a NUL byte', Buffer.from('a\0b'), 'is no text file: it has a NUL byte'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readTextFile(file('odd.yaml', bytes))).toThrow(message);
  });

  test('refuses a folder, a missing file and a device in words', () => {
    expect(() => readTextFile(folder)).toThrow('is a folder');
    expect(() => readTextFile(join(folder, 'none'))).toThrow('there is no such file or folder');
    expect(() => readTextFile('/dev/zero')).toThrow("is a device, and no regular file; pipe it into '-' instead");
  });

  test('does not wait at a named pipe without a writer', () => {
    const pipe = join(folder, 'pipe.yaml');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    expect(() => readTextFile(pipe)).toThrow('is a named pipe, and no regular file');
  });

  test('refuses a socket', async () => {
    const path = join(folder, 'socket.yaml');
    const server = createServer();
    await new Promise<void>((done) => server.listen(path, done));
    expect(() => readTextFile(path)).toThrow('is a socket or a device, and no regular file');
    await new Promise((done) => server.close(done));
  });
});

test.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1536, '1.5 KiB'],
  [64 * 1024 * 1024, '64 MiB'],
  [5 * 1024 ** 4, '5120 GiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
