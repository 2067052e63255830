import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../../src/cli/commands';
import { runCli } from './run-cli';

const visible = COMMANDS.filter(({ hidden }) => !hidden).map(({ name }) => name);

describe('completion', () => {
  /** What bash offers for a line that ends in the word that is being typed. */
  async function offered(line: string): Promise<string[]> {
    const { out: script } = await runCli(['completion', 'bash']);
    const words = line.split(' ');
    const program = `${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
_cdk8s_canary; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', program], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    return stdout.split('\n').filter((word) => word !== '');
  }

  test('bash offers commands', async () => {
    expect(await offered('cdk8s-canary pl')).toEqual(['plan']);
    expect(await offered('cdk8s-canary ')).toEqual(expect.arrayContaining(visible));
  });

  test('bash offers the options of the command, and the values of an option', async () => {
    expect(await offered('cdk8s-canary plan --co')).toEqual(['--cohorts', '--compare']);
    expect(await offered('cdk8s-canary lint --format sa')).toEqual(['sarif']);
    expect(await offered('cdk8s-canary lint -f gi')).toEqual(['github', 'gitlab']);
    expect(await offered('cdk8s-canary completion z')).toEqual(['zsh']);
  });

  test('bash offers files for everything else', async () => {
    expect(await offered('cdk8s-canary lint --config package.js')).toEqual(['package.json']);
    expect(await offered('cdk8s-canary lint package.js')).toEqual(['package.json']);
  });

  test.each(['zsh', 'fish', 'powershell'])('%s knows every command and option', async (shell) => {
    const { code, out } = await runCli(['completion', shell]);
    expect(code).toBe(0);
    for (const name of visible) expect(out).toMatch(new RegExp(`\\b${name}\\b`));
    expect(out).toContain('fail-on');
    expect(out).toContain('sarif');
  });
});

/** Whether a shell is there. CI has all that it can get, and must not skip them. */
const inShell = (shell: string): jest.It =>
  process.env.CI === undefined && spawnSync(shell, ['--version']).error ? test.skip : test;

/** What a shell offers for the last word of a line, or writes in its place, as a user would see it. */
const LINES: readonly (readonly [line: string, offered: string])[] = [
  ['cdk8s-canary pl', 'plan'],
  ['cdk8s-canary plan --compar', '--compare'],
  ['cdk8s-canary lint --format sar', 'sarif'],
  ['cdk8s-canary completion z', 'zsh'],
  ['cdk8s-canary lint package.js', 'package.json'],
];

describe('in a running shell', () => {
  let folder: string;

  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'completion-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function scriptOf(shell: string): Promise<string> {
    const file = join(folder, `${shell}.${shell === 'powershell' ? 'ps1' : shell}`);
    writeFileSync(file, (await runCli(['completion', shell])).out);
    return file;
  }

  test.each(['zsh', 'fish', 'pwsh'])('%s can read the script, if it is there', async (program) => {
    const script = await scriptOf(program === 'pwsh' ? 'powershell' : program);
    const args = program === 'pwsh' ? ['-NoProfile', '-File', script] : ['-n', script];
    const { error, status } = spawnSync(program, args);
    if (error === undefined) expect(status).toBe(0);
  });

  inShell('fish')('fish offers commands, options, values and files', async () => {
    const script = await scriptOf('fish');
    for (const [line, wanted] of LINES) {
      const program = `source ${script}; complete -C '${line}'`;
      const { stdout, stderr } = spawnSync('fish', ['--no-config', '-c', program], { encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(stdout.split('\n').map((one) => one.split('\t')[0])).toContain(wanted);
    }
  });

  inShell('zsh')(
    'zsh completes commands, options, values and files',
    async () => {
      const script = await scriptOf('zsh');
      const [lines, ready, setup] = ['lines', 'ready', 'setup'].map((name) => join(folder, name));
      writeFileSync(
        setup,
        `autoload -Uz compinit && compinit -u -D
source ${script}
take-line() { print -r -- "<$BUFFER>" >> ${lines}; BUFFER= }
zle -N take-line
bindkey '^I' complete-word
bindkey '^G' take-line
print > ${ready}
`,
      );
      // A terminal of zsh's own. Each line is followed by a tab, and by the key that writes down what is then in the line.
      const program = `
zmodload zsh/zpty
zpty terminal zsh -f -i
zpty -w terminal 'source ${setup}'
for i in {1..200}; do [[ -e ${ready} ]] && break; zpty -r -t terminal out || sleep 0.1; done
for line in ${LINES.map(([line]) => `'${line}'`).join(' ')}; do zpty -n -w terminal "$line"$'\\t\\a'; done
for i in {1..200}; do
  [[ -e ${lines} && $(wc -l < ${lines}) -ge ${LINES.length} ]] && break
  zpty -r -t terminal out || sleep 0.1
done
zpty -d terminal
cat ${lines}`;
      const { stdout } = spawnSync('zsh', ['-f', '-c', program], { encoding: 'utf8', timeout: 60_000 });
      const before = (line: string): string => line.slice(0, line.lastIndexOf(' ') + 1);
      expect(stdout.trim().split('\n')).toEqual(LINES.map(([line, wanted]) => `<${before(line)}${wanted} >`));
    },
    90_000,
  );
});

describe('man', () => {
  test('the page of the program lists all commands', async () => {
    const { out } = await runCli(['man']);
    for (const name of visible) expect(out).toContain(`cdk8s\\-canary\\-${name.replaceAll('-', '\\-')} (1)`);
    expect(out).not.toContain('\\-man');
  });

  test('the page of a command has its options and examples, and no line that roff takes for a request', async () => {
    const { out } = await runCli(['man', 'lint']);
    expect(out).toContain('.B \\-\\-fail\\-on <severity>');
    expect(out).toContain('cdk8s\\-canary lint deploy/');
    const requests = out.split('\n').filter((line) => /^[.']/.test(line));
    for (const line of requests) expect(line).toMatch(/^\.(TH|SH|TP|B|BR|I|nf|fi)\b/);
  });

  test('another name is refused', async () => {
    expect(await runCli(['man', 'plam'])).toMatchObject({
      code: 2,
      err: expect.stringContaining("did you mean 'plan'"),
    });
  });
});
