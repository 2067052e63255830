import { globSync } from 'fast-glob';
import { readFileSync } from 'node:fs';
import { runCli } from '../cli/run-cli';
import { sample } from '../sample';
import { describeReal } from './real';

jest.setTimeout(120_000);

const FILES = globSync('test/fixtures/{corpus,correct}/**/*.yaml')
  .filter((file) => /^kind: Rollout$/m.test(readFileSync(file, 'utf8')))
  .sort();

const RUNS = 200;

interface Simulated {
  readonly rollout: string;
  readonly probability: Readonly<Record<string, number>>;
}

interface Rehearsed {
  readonly rollout: { readonly name: string; readonly namespace?: string };
  readonly updates: readonly { readonly outcome: string }[];
}

async function resultOf<T>(args: readonly string[]): Promise<readonly T[] | undefined> {
  const { out } = await runCli([...args, '--format', 'json'], { env: { PATH: process.env.PATH! } });
  return out.startsWith('[') ? (JSON.parse(out) as T[]) : undefined;
}

describeReal('manifests in the style of public repositories', () => {
  test('are many', () => expect(FILES.length).toBeGreaterThan(40));

  test.each(sample(FILES, 5))(
    '%s: the simulation and a real Prometheus agree on a version that fails half of its requests',
    async (file) => {
      const world = ['--error-rate', '0.5', '--baseline-error-rate', '0'];
      const simulated = await resultOf<Simulated>(['simulate', file, ...world, '--runs', String(RUNS)]);
      const rehearsed = await resultOf<Rehearsed>(['rehearse', file, ...world]);
      // What one engine refuses, the other refuses too.
      expect(rehearsed?.length ?? 0).toBe(simulated?.length ?? 0);
      for (const { rollout, updates } of rehearsed ?? []) {
        const name = rollout.namespace === undefined ? rollout.name : `${rollout.namespace}/${rollout.name}`;
        const { probability } = simulated!.find((one) => one.rollout === name)!;
        expect(updates.map(({ outcome }) => [name, outcome, probability[outcome] > 0.2])).toEqual(
          updates.map(({ outcome }) => [name, outcome, true]),
        );
      }
    },
  );
});
