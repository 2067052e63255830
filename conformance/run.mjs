// `npm run conformance`: asks the systems' own code about what this library makes and says, and compares.
//
//   npm run conformance                        everything; writes docs/conformance.md
//   npm run conformance -- --only conditions   one item; writes its section
//   npm run conformance -- --case ID           one kept case, with both verdicts
//   npm run conformance -- --count N --seed N  more, or other, random cases
//   npm run conformance -- --share 0.25        that share of each item's random cases; writes no report
//   npm run conformance -- --release 1.9.1     one release of Argo Rollouts, or `all` of them in full; otherwise the newest
//                                              in full, and a tenth of the cases for the others
//   npm run conformance -- --build             builds the programs that the other options need, and asks them nothing
//   npm run conformance -- --built             asks those that are there
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { acceptance } from './harness/acceptance.mjs';
import { argoCd } from './harness/argo-cd.mjs';
import { conditions } from './harness/conditions.mjs';
import { grafana } from './harness/grafana.mjs';
import { itemOf } from './harness/kept.mjs';
import { linter } from './harness/linter.mjs';
import {
  argoCdReleases,
  build,
  lacksRelease,
  missing,
  PROMETHEUS_2,
  PROMETHEUS_3,
  versions,
} from './harness/oracles.mjs';
import { NEWEST, RELEASES, releasesOf, shareOf } from './harness/releases.mjs';
import { writeSection } from './harness/report.mjs';
import { prometheus } from './harness/prometheus.mjs';
import { promql } from './harness/promql.mjs';
import { scrape } from './harness/scrape.mjs';
import { simulation } from './harness/simulation.mjs';
import { yaml } from './harness/yaml.mjs';

const ITEMS = {
  acceptance: {
    title: 'Acceptance',
    about:
      'Every set in `dist/`, and every random valid set over the whole API, is accepted by the API server (structure, CEL, built-in kinds), the Rollout and the Analysis controller, istiod and its analyzers, the Prometheus Operator and the PromQL parser; and our own linter finds nothing in them that was not asked for.',
    programs: ['istio', 'prometheus'],
    rollouts: 'newest',
    run: acceptance,
    count: 5_600,
  },
  linter: {
    title: 'Linter',
    about:
      'Sets with something wrong in them: where the systems refuse an object, the linter says an error there, and where it says one of the kind that they judge, they refuse, each release of Argo Rollouts by its own code. `valid mutants` are sets that all systems accept, written with nulls, with defaults left out or written out, and in all forms of scalars: the linter says no error of them.',
    programs: ['istio', 'prometheus', 'yaml'],
    rollouts: 'each',
    run: linter,
    count: 5_200,
  },
  conditions: {
    title: 'Conditions',
    about:
      'Conditions and results, most of them random, get the same phase from our evaluator and from the Prometheus provider of Argo Rollouts. `declined` are those that ours says it cannot judge with certainty.',
    programs: [],
    rollouts: 'each',
    run: conditions,
    count: 60_000,
  },
  simulation: {
    title: 'Simulation',
    about:
      'Random rollouts pass through the same states (step, weight, pods, those of experiments too, phase, HTTP routes with their weights, the versions that Services and subsets select, replicas of a Deployment that is replaced) at the same moments in our simulator and in the real controllers, which run on fake clients and a fake clock. `fields` are in how many of those that agree each field occurs.',
    programs: [],
    rollouts: 'each',
    run: simulation,
    count: 1_000,
  },
  'argo-cd': {
    title: 'Argo CD',
    about:
      'Everything in `dist/`, and random valid sets, in the middle of an update, with what the controllers write: with and without the `ignoreDifferences` that the library emits, in the 3-way and in the server-side comparison, an object is OutOfSync where the linter says so of an Application that deploys the set, and nowhere else; a sync, with `ServerSideApply=true` and with `RespectIgnoreDifferences=true`, removes and keeps what the linter says; and Rollouts and other objects have the health that the guide says. Argo CD has no cluster here: its own comparison, sync options, normalizers and health scripts run with the field management of Kubernetes, and without webhooks.',
    programs: [],
    argoCd: true,
    run: argoCd,
    count: 60,
  },
  scrape: {
    title: 'Scrape',
    about:
      'Random monitors, Services and pods, and everything in `dist/`, give the same targets and the same labels of their series in our model and in the configuration that the operator makes, discovered and relabeled by Prometheus 3.13, and relabeled by 3.16 and by 2.42, for which the operator writes another configuration.',
    programs: ['prometheus', `scrape-${PROMETHEUS_3}`, `scrape-${PROMETHEUS_2}`],
    run: scrape,
    count: 4000,
  },
  promql: {
    title: 'PromQL',
    about:
      "Random queries, most of them nearly right, are accepted or refused alike by our check (grammar, argument counts and types, regular expressions, selectors, `offset` and `@`, `bool`, matching) and by Prometheus's own parser of 3.13, by promtool 3.16, and by the promtool that is installed, each without feature flags. What a release does not know, or only behind a flag, our table of releases refuses.",
    programs: ['prometheus', `promtool-${PROMETHEUS_3}`],
    run: promql,
    count: 8000,
  },
  prometheus: {
    title: 'Prometheus',
    about:
      'The tests that a real Prometheus and promtool judge (the catalogue of queries, counters, monitoring rules, rehearsals and scenarios) pass with 3.16, as they do with the release that is installed.',
    programs: [`prometheus-${PROMETHEUS_3}`, `promtool-${PROMETHEUS_3}`],
    run: prometheus,
    count: 1,
  },
  grafana: {
    title: 'Grafana',
    about:
      "Every dashboard in `dist/`, and random ones over all their options, is accepted by the types of Grafana's own SDK, strictly: no unknown field, none missing, panels and queries by their plugins.",
    programs: ['grafana'],
    run: grafana,
    count: 400,
  },
  yaml: {
    title: 'YAML',
    about:
      'The inputs of the YAML test suite, every form of a scalar in every place, every document in `dist/` and `examples/`, and random mutants of these have the same value in our reader as in `sigs.k8s.io/yaml`, or both refuse them.',
    programs: ['yaml'],
    run: yaml,
    count: 20_000,
  },
};

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    case: { type: 'string' },
    count: { type: 'string' },
    share: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    release: { type: 'string' },
    build: { type: 'boolean', default: false },
    built: { type: 'boolean', default: false },
  },
});

function fail(message) {
  console.error(`conformance: ${message}`);
  process.exit(1);
}

const reason = missing();
if (reason) {
  console.error(reason);
  process.exit(process.env.CI ? 1 : 0);
}
const share = Number(options.share);
if (!(share > 0 && share <= 1)) fail(`--share is '${options.share}'; give a number above 0 and up to 1`);
if (!options.build && !existsSync('lib/src/index.js')) fail('the library is not built; run npm run build');
const only = options.only ?? (options.case && (itemOf(options.case) ?? 'acceptance'));
if (only && !ITEMS[only]) fail(`no item is called '${only}'; there are ${Object.keys(ITEMS).join(', ')}`);
const names = only ? [only] : Object.keys(ITEMS);

const chosen = releasesOf(options.release);
if (!chosen) fail(`there is no program of Argo Rollouts ${options.release}; there are ${RELEASES.join(', ')} and all`);
/** The releases of Argo Rollouts, or of Argo CD, that an item asks; one undefined where it asks none. */
const releasesFor = ({ rollouts, argoCd: ofArgoCd }) => {
  // A second release is a second set of the modules of Kubernetes, which takes long to build.
  if (ofArgoCd) return share === 1 ? argoCdReleases() : argoCdReleases().slice(-1);
  if (rollouts === 'each') return chosen;
  return rollouts === 'newest' ? [chosen.includes(NEWEST) ? NEWEST : chosen[0]] : [undefined];
};
const programsOf = (item) => [
  ...item.programs,
  ...releasesFor(item).flatMap((release) => (release ? [`${item.argoCd ? 'argo-cd' : 'rollouts'}-${release}`] : [])),
];

const programs = [...new Set(names.flatMap((name) => programsOf(ITEMS[name])))];
for (const [name, seconds] of Object.entries(options.built ? {} : build(programs)))
  console.log(`built ${name} in ${seconds.toFixed(0)} s`);
if (options.build) process.exit();

const whole =
  !options.case && ['all', undefined].includes(options.release) && share === 1 && options.count === undefined;
let failed = false;
for (const name of names) {
  const item = ITEMS[name];
  const columns = {};
  let agrees = true;
  for (const release of releasesFor(item)) {
    const start = performance.now();
    const { figures, disagreements } = await item.run({
      count: Math.ceil(
        Number(options.count ?? item.count * share) * (item.rollouts ? shareOf(release, options.release) : 1),
      ),
      seed: Number(options.seed),
      only: options.case,
      release: release ?? NEWEST,
      share,
      part: item.rollouts ? shareOf(release, options.release) : 1,
    });
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    const title = release ? `${item.title}, ${item.argoCd ? '' : 'Argo Rollouts '}${release}` : item.title;
    if (!options.case) console.log(`${title}: ${JSON.stringify(figures)} in ${seconds} s`);
    for (const found of disagreements) {
      console.log(found.text ?? JSON.stringify({ release, ...found }, null, 2));
      agrees &&= Boolean(found.agree || found.known);
    }
    if (options.case && disagreements.length === 0) fail(`no case is called '${options.case}'`);
    columns[release ?? ''] = figures;
  }
  failed ||= !agrees;
  // Each item as soon as it is done: a whole run takes more than an hour.
  if (whole && agrees && !(item.argoCd && lacksRelease())) {
    await writeSection({
      versions: versions(NEWEST),
      releases: RELEASES,
      titles: Object.values(ITEMS).map(({ title }) => title),
      item: { ...item, columns },
      seed: options.seed,
      command: `npm run conformance -- ${options.release ? '--release all ' : ''}--only ${name}`,
    });
  }
}
process.exit(failed ? 1 : 0);
