import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { COMMANDS } from '../../src/cli/commands';
import { NEWEST } from '../../src/versions';
import { describeReal } from '../rehearse/real';
import { spec } from './run';
import { folderWith, runCli } from './run-cli';

const APP = readFileSync(join(__dirname, '../../dist/quickstart.k8s.yaml'), 'utf8');
const SCENARIOS = `manifests: app.yaml
scenarios:
  - { name: good, version: healthy, expect: promoted }
`;
/** Where a Prometheus is looked for. */
const PROGRAMS = { PATH: process.env.PATH! };
const FILES = { 'app.yaml': APP, 'a.scenarios.yaml': SCENARIOS };

/** A range, of which a report names both ends. */
const RANGE = ['--argo-rollouts', '1.8 - 1.9', '--prometheus-version', '2.42'];

interface Kind {
  readonly args: readonly string[];
  readonly real?: boolean;
  readonly files?: Readonly<Record<string, string>>;
  /** The releases of Argo Rollouts in a report: those of a range, or the one for which figures are computed. */
  readonly json?: readonly string[];
}

const SPEC = { 'checkout.canary.yaml': spec('checkout') };

const KINDS: readonly (readonly [string, Kind])[] = [
  ['lint', { args: ['app.yaml'] }],
  ['plan', { args: ['app.yaml'] }],
  ['plan', { args: ['--event', 'first-sync', 'app.yaml'], json: ['1.9'] }],
  ['plan', { args: ['--compare', 'app.yaml', 'app.yaml'] }],
  ['simulate', { args: ['--runs', '20', 'app.yaml'], json: ['1.9'] }],
  ['simulate', { args: ['--runs', '20', '--compare', 'app.yaml', 'app.yaml'], json: ['1.9'] }],
  ['rehearse', { args: ['app.yaml'], real: true, json: ['1.9'] }],
  ['test', { args: ['--engine', 'simulation'], json: ['1.9'] }],
  ['test', { args: ['--engine', 'prometheus'], real: true, json: ['1.9'] }],
  ['synth', { args: ['.', '-o', 'out'], files: SPEC }],
];

/** Formats of which a reader asks no release: a picture, and annotations of single lines. */
const WITHOUT = ['svg', 'github', 'gitlab'];

async function formatsOf(name: string): Promise<readonly string[]> {
  const command = new Command(name);
  const io = { cwd: '.', env: {}, stdin: Readable.from([]), out: () => undefined, err: () => undefined };
  const { load } = COMMANDS.find((one) => one.name === name)!;
  (await load()).configure(command, { ...io, colour: false, progress: false }, () => undefined);
  return command.options.find(({ long }) => long === '--format')!.argChoices!;
}

/** A report of a command, or why there is none in this format. */
async function report(name: string, { args, files = FILES }: Kind, format: string, stated = RANGE): Promise<string> {
  const { code, out, err } = await runCli([name, ...args, ...stated, '-f', format], {
    cwd: folderWith(files),
    env: PROGRAMS,
  });
  if (code === 2) return err;
  return out;
}

function expectReleases(format: string, text: string, kind: Kind): void {
  const versions = expect.objectContaining({
    argoRollouts: kind.json ?? ['1.8', '1.9'],
    prometheus: ['2.42'],
  }) as object;
  const both = (kind.json ?? ['1.8', '1.9']).join(', ');
  switch (format) {
    case 'json': {
      const value = JSON.parse(text) as object | object[];
      for (const one of [value].flat()) expect(one).toMatchObject({ versions });
      return;
    }
    case 'sarif':
      expect(JSON.parse(text)).toMatchObject({ runs: [{ properties: { versions } }] });
      return;
    case 'junit':
      expect(text).toContain(`<property name="versions.argoRollouts" value="${both}"/>`);
      expect(text).toContain('<property name="versions.prometheus" value="2.42"/>');
      return;
    default:
      expect(text).toContain('for Argo Rollouts 1.8 and 1.9, Prometheus 2.42');
  }
}

const check = (name: string, kind: Kind) => async (): Promise<void> => {
  for (const format of (await formatsOf(name)).filter((one) => !WITHOUT.includes(one))) {
    const text = await report(name, kind, format);
    // Some kinds of a report have no other formats than these.
    if (/has no format/.test(text)) continue;
    expectReleases(format, text, kind);
  }
};

describe('the releases that a report is made for, a range among them, are in every format of', () => {
  for (const [name, kind] of KINDS.filter(([, { real }]) => !real)) {
    test(`${name} ${kind.args.join(' ')}`, check(name, kind));
  }

  describeReal('with a Prometheus', () => {
    for (const [name, kind] of KINDS.filter(([, { real }]) => real)) {
      test(`${name} ${kind.args.join(' ')}`, check(name, kind));
    }
  });

  test('every command that takes releases', async () => {
    const taking: string[] = [];
    for (const { name, load } of COMMANDS) {
      const command = new Command(name);
      const io = { cwd: '.', env: {}, stdin: Readable.from([]), out: () => undefined, err: () => undefined };
      (await load()).configure(command, { ...io, colour: false, progress: false }, () => undefined);
      if (command.options.some(({ long }) => long === '--argo-rollouts')) taking.push(name);
    }
    expect([...new Set(KINDS.map(([name]) => name))]).toEqual(expect.arrayContaining(taking));
    // `upgrade` has a release before and one after: test/cli/releases.test.ts.
  });
});

describeReal('where no release of Prometheus is stated', () => {
  test('a rehearsal is headed by that of Argo Rollouts alone, and names the Prometheus that measures', async () => {
    const kind = KINDS.find(([name]) => name === 'rehearse')![1];
    const text = await report('rehearse', kind, 'text', []);
    expect(text).toMatch(new RegExp(`^for Argo Rollouts ${NEWEST.argoRollouts.join()}\n\n`));
    const json = JSON.parse(await report('rehearse', kind, 'json', [])) as { prometheus: string }[];
    expect(json[0].prometheus).toMatch(/\d+\.\d+/);
  });
});
