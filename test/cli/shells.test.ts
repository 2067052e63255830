import { spawnSync } from 'node:child_process';
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
    expect(await offered('cdk8s-canary plan --co')).toEqual(['--compare']);
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
    // Those that are there can read it.
    const parsers = { zsh: ['zsh', '-n'], fish: ['fish', '-n'], powershell: ['pwsh', '-NoProfile', '-Command', '-'] };
    const [program, ...args] = parsers[shell as keyof typeof parsers];
    const { error, status } = spawnSync(program, [...args, ...(shell === 'powershell' ? [] : ['/dev/stdin'])], {
      input: out,
    });
    if (error === undefined) expect(status).toBe(0);
  });
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
