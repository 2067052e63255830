// What reads text of unknown origin. A target may refuse its input by an error for the user; every other error is a defect.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from '../../src/cli/run';
import { edgeVerdicts, parseCondition, stepVerdict, UnsupportedExpression } from '../../src/expr';
import { readGoDuration } from '../../src/formats/go-duration';
import { readDocuments } from '../../src/formats/yaml';
import { parseBaseline, withoutBaseline } from '../../src/lint/engine/baseline';
import { parseLintConfig } from '../../src/lint/engine/config';
import { parsePromql, promqlAst, promqlType, walkPromql } from '../../src/promql';
import { readKept } from '../../src/rehearse/replay/read';
import { readProfile } from '../../src/traffic-model/profile-file';

/** What each target is for, and which seeds fit. */
export interface Target {
  readonly name: string;
  readonly kind: 'manifests' | 'condition' | 'query' | 'config' | 'scenario' | 'replay';
  readonly run: (text: string) => Promise<void> | void;
}

const folder = mkdtempSync(join(tmpdir(), 'cdk8s-canary-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Errors whose message is for the user. */
const REFUSALS = new Set([
  'UsageError',
  'ProfileError',
  'RehearsalProblem',
  'ScenarioProblem',
  'UnsupportedExpression',
]);

/** @param plain Whether the reader refuses by plain errors, whose message the command then quotes. */
function refusing(read: (text: string) => unknown, plain = false): (text: string) => void {
  return (text) => {
    try {
      read(text);
    } catch (error) {
      if (error instanceof UnsupportedExpression || REFUSALS.has((error as Error).name)) return;
      if (plain && ['Error', 'SyntaxError'].includes((error as Error).constructor.name)) return;
      throw error;
    }
  };
}

/** A command over standard input. What it would report as a defect is thrown. */
function command(...args: string[]): (text: string) => Promise<void> {
  return async (text) => {
    let err = '';
    const stdin = Readable.from([Buffer.from(text)]);
    await run(args, {
      cwd: folder,
      env: {},
      stdin,
      out: () => undefined,
      err: (line) => (err += line),
      colour: false,
      progress: false,
    });
    if (err.includes('this is a defect')) throw new Error(err.slice(err.indexOf('this is a defect')));
  };
}

function scenario(text: string): Promise<void> {
  writeFileSync(join(folder, 'x.scenarios.yaml'), text);
  return command('test', 'x.scenarios.yaml')('');
}

/** Every reader and every command that reads what others wrote. */
export const TARGETS: readonly Target[] = [
  { name: 'yaml', kind: 'manifests', run: refusing(readDocuments) },
  { name: 'lint', kind: 'manifests', run: command('lint', '-', '-f', 'sarif') },
  { name: 'lint text', kind: 'manifests', run: command('lint', '-', '--closed-world') },
  { name: 'plan', kind: 'manifests', run: command('plan', '-', '-f', 'html') },
  { name: 'plan markdown', kind: 'manifests', run: command('plan', '-', '-f', 'markdown') },
  { name: 'simulate', kind: 'manifests', run: command('simulate', '-', '--runs', '3') },
  { name: 'adopt', kind: 'manifests', run: command('adopt', '-') },
  { name: 'as-deployments', kind: 'manifests', run: command('as-deployments', '-') },
  { name: 'krm', kind: 'manifests', run: command('krm') },
  {
    name: 'promql',
    kind: 'query',
    run: refusing((text) => {
      const parsed = parsePromql(text);
      const ast = promqlAst(parsed);
      if (ast === undefined) return;
      walkPromql(ast, () => undefined);
      promqlType(ast);
    }),
  },
  {
    name: 'condition',
    kind: 'condition',
    run: (text) => {
      for (const release of ['1.15.5', '1.17.7'] as const) {
        parseCondition(text, release);
        for (const conditions of [{ successCondition: text }, { failureCondition: text }]) {
          refusing(() => edgeVerdicts(conditions, release))('');
          refusing(() => stepVerdict(conditions, release))('');
        }
      }
    },
  },
  { name: 'duration', kind: 'condition', run: (text) => void readGoDuration(text) },
  { name: 'config', kind: 'config', run: refusing((text) => parseLintConfig(text, ['MON001', 'ANA001']), true) },
  { name: 'baseline', kind: 'config', run: refusing((text) => withoutBaseline([], parseBaseline(text)), true) },
  { name: 'profile', kind: 'config', run: refusing((text) => readProfile('profile.yaml', text)) },
  { name: 'replay', kind: 'replay', run: refusing((text) => readKept('replay.json', text)) },
  { name: 'scenario', kind: 'scenario', run: scenario },
];
