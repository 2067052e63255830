// Random updates on the real control plane, compared with what `plan` says of them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { mustEnd } from './command.mjs';
import { sleep, until } from './processes.mjs';
import { FATES, randomSpecs } from './specs.mjs';
import { Traces } from './trace.mjs';

export const POD_START_SECONDS = 2;
/** Seconds that the controllers, a busy machine and the looks of the trace may add to a plan of this length. */
const toleranceOf = (seconds) => 4 + seconds * 0.15;

/** All manifests in a folder that `synth` wrote, by file. */
export function manifestsIn(file) {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((one) => one.toJS());
}

export async function randomRollouts(world, { count, seed }) {
  const { plane, prometheus, folder, namespace } = world;
  const specs = randomSpecs({ count, seed, namespace, prometheus: prometheus.url, closed: world.closedUrl });
  const apps = join(folder, 'apps');
  const out = join(folder, 'out');
  mkdirSync(join(apps, namespace), { recursive: true });
  const write = ({ name, spec }) => writeFileSync(join(apps, namespace, `${name}.canary.yaml`), stringify(spec));
  const render = () => mustEnd([0], ['synth', apps, '--out', out]);
  const apply = async ({ name }, kinds) => {
    for (const manifest of manifestsIn(join(out, namespace, `${name}.yaml`))) {
      if (kinds === undefined || kinds.includes(manifest.kind)) await plane.kube.apply(manifest, namespace);
    }
  };
  specs.forEach(write);
  await render();
  for (const one of specs) await apply(one);
  await prometheus.configure();
  const traces = new Traces(plane.kube, namespace);
  traces.run();
  await until('the first versions', () => specs.every(({ name }) => traces.last(name)?.promoted), 240);
  await traces.stop();

  const plans = JSON.parse(
    (
      await mustEnd(
        [0, 1],
        ['plan', out, '--argo-rollouts', world.release, '--pod-start', `${POD_START_SECONDS}s`, '-f', 'json'],
      )
    ).stdout,
  );
  // Some at a time: what the controller needs for itself must not become a part of what is compared.
  const results = [];
  for (let i = 0; i < specs.length; i += world.together) {
    const batch = specs.slice(i, i + world.together);
    for (const one of batch) {
      one.spec.spec.image = one.spec.spec.image.replace(/:.*/, `:${FATES[one.fate].tag}`);
      write(one);
    }
    await render();
    const seen = new Traces(plane.kube, namespace);
    seen.run();
    await until('the states before the update', () => batch.every(({ name }) => seen.last(name)));
    for (const one of batch) await apply(one, ['Rollout']);
    const expected = batch.map((one) =>
      expectedOf(
        one,
        plans.find(({ rollout }) => rollout.name === one.name),
      ),
    );
    const limit = Math.max(...expected.map(({ seconds }) => seconds + toleranceOf(seconds))) + 10;
    const deadline = Date.now() + limit * 1000;
    while (Date.now() < deadline && !expected.every((one) => ended(seen.of(one.name)))) await sleep(250);
    await seen.stop();
    for (const one of expected) results.push(compare(one, seen.of(one.name)));
  }
  return { specs, results };
}

/** What the plan says of one update. */
function expectedOf({ name, fate }, plan) {
  const row = plan.whatIfs.find((one) => one.name === FATES[fate].row);
  // Where no analysis can fail, the plan has no such row, and the update goes through.
  const { ending, message, seconds } = row
    ? { ending: row.ending, message: row.message, seconds: row.at.seconds }
    : { ending: plan.ending, message: '', seconds: plan.seconds };
  // Where a check stalls, the update does not reach the weights that a healthy one has by then.
  const most = row ? row.share : 100;
  const weights = plan.stretches
    .filter(({ from, share }) => (from.seconds < seconds || seconds === 0) && share <= most)
    .map(({ share }) => share);
  const set = plan.rollout.steps.flatMap(({ setWeight }) => setWeight ?? []);
  return { name, fate, ending, message, seconds, weights: changes(plan.rollout.blueGreen ? [] : weights), set };
}

const changes = (values) => values.filter((value, i) => i === 0 || value !== values[i - 1]);
const endingOf = ({ promoted, aborted, phase, message }) => {
  if (aborted) return 'aborted';
  if (promoted) return 'promoted';
  return phase === 'Paused' && /Inconclusive/.test(message) ? 'waiting' : undefined;
};

/** The states of the update itself: from the first one in which the new version is not the stable one. */
function update(states) {
  const first = states.findIndex((one) => one.current && !one.promoted);
  return first === -1 ? [] : states.slice(first);
}

const ended = (states) => update(states).some((one) => endingOf(one) !== undefined);

function compare(expected, states) {
  const course = update(states);
  const end = course.find((one) => endingOf(one) !== undefined);
  const ending = end && endingOf(end);
  const seconds = end ? end.at - course[0].at : undefined;
  const seen = changes(
    course.filter((one) => (end ? one.at < end.at : true) && one.weight !== undefined).map(({ weight }) => weight),
  );
  const wrong = [];
  if (ending !== expected.ending) wrong.push(`it ended ${ending ?? 'not at all'}, planned: ${expected.ending}`);
  if (end && !end.message.includes(expected.message))
    wrong.push(`message "${end.message}", planned: "${expected.message}"`);
  if (seconds !== undefined && Math.abs(seconds - expected.seconds) > toleranceOf(expected.seconds)) {
    wrong.push(`it took ${seconds.toFixed(1)} s, planned: ${expected.seconds} s`);
  }
  // The moment of the promotion itself is one state here, and none in the plan.
  const weights = expected.weights.length === 0 ? [] : seen.filter((one) => one !== 100);
  // A weight that the next step replaces at once has no time in the plan, but may be seen.
  const passing = weights.filter((one) => expected.weights.includes(one) || !expected.set.includes(one));
  if (expected.weights.length > 0 && passing.join() !== expected.weights.join()) {
    wrong.push(`weights ${weights.join(', ')}, planned: ${expected.weights.join(', ')}`);
  }
  return { ...expected, seen: { ending, seconds, weights }, wrong, states: course };
}
