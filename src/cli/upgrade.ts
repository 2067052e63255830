import type { Command } from 'commander';
import { didYouMean } from '../formats/did-you-mean';
import { severalLines } from '../formats/encode/terminal';
import { InputError } from '../formats/input-error';
import { upgradeJson, upgradeMarkdown, upgradePage, type UpgradeReport, upgradeReport, upgradeText } from '../upgrade';
import { NEWEST, newestOf, parseReleases, type Releases, SYSTEMS, type SystemKey } from '../versions';
import type { Io } from './io';
import { addInputs, environmentOption, formatOption, list, outputOption } from './options';
import { eachOn, emphasisOf, jsonText, type OutputFlags, write } from './output';
import { readInputSets } from './input-sets';
import { reportUnreadable } from './read-inputs';

const FORMATS = ['text', 'markdown', 'html', 'json'] as const;

interface Flags extends OutputFlags {
  readonly format: (typeof FORMATS)[number];
  readonly env?: string;
  readonly from?: string[];
  readonly to?: string[];
  readonly closedWorld?: boolean;
}

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  const names = Object.values(SYSTEMS).map(({ name }) => name);
  addInputs(command)
    .option('--from <releases>', `the release now, such as argo-rollouts=1.9; systems: ${names.join(', ')}`, list)
    .option('--to <releases>', 'the release to upgrade to, such as argo-rollouts=1.10,prometheus=3.16', list)
    .addOption(environmentOption())
    .addOption(formatOption(FORMATS))
    .addOption(outputOption())
    .option('--closed-world', 'report references to anything that is not among the given manifests as errors')
    .addHelpText(
      'after',
      `
Compares what both releases make of these manifests: findings, verdicts of conditions, plans and aborts, values of
queries, and fields that are dropped. What stays the same is not printed. Systems that are not named are the newest.
Where objects of one name are in several folders, or in several files of a folder, each of these is judged by itself.

Exit codes: 0 nothing gets worse, 1 something does, 2 usage or unreadable input.

  cdk8s-canary upgrade --from argo-rollouts=1.9 --to argo-rollouts=1.10 deploy/
  cdk8s-canary upgrade --from prometheus=2.55,argo-rollouts=1.8 --to prometheus=3.16,argo-rollouts=1.10 -f markdown`,
    );
  run((paths, flags) => upgradeCommand(paths, flags, io));
}

async function upgradeCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  const { from, to } = releasesOf(flags);
  const { graphs, failures, unreadable } = await readInputSets(paths, flags.env, io);
  reportUnreadable({ graph: { problems: graphs.flatMap(({ problems }) => problems) }, unreadable }, io);
  // A kustomization alone holds nothing that could change.
  if (graphs.every(({ resources }) => resources.every(({ group }) => group === 'kustomize.config.k8s.io'))) {
    throw new InputError(`no manifests in ${paths.join(', ')}`);
  }
  const report = upgradeReport(graphs, from, to, { closedWorld: flags.closedWorld, each: eachOn(io) });
  write(formatted(report, flags, io), flags, io);
  for (const failure of failures) io.err(`not compared: ${severalLines(failure)}\n`);
  if (failures.length > 0) return 2;
  return report.changes.some(({ effect }) => effect === 'worse') ? 1 : 0;
}

function formatted(report: UpgradeReport, flags: Flags, io: Io): string {
  switch (flags.format) {
    case 'text':
      return upgradeText(report, emphasisOf(flags, io));
    case 'markdown':
      return upgradeMarkdown(report);
    case 'html':
      return upgradePage(report);
    case 'json':
      return jsonText(upgradeJson(report));
  }
}

/** The releases of all systems before and after. Throws InputError. */
function releasesOf({ from, to }: Flags): { from: Releases; to: Releases } {
  if (from === undefined || to === undefined) {
    throw new InputError('give both --from and --to, such as --from argo-rollouts=1.9 --to argo-rollouts=1.10');
  }
  const [old, now] = [readReleases('--from', from), readReleases('--to', to)];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const { name } = SYSTEMS[key];
    if (!old.has(key)) throw new InputError(`--to names ${name}, and --from does not; give the release that runs now`);
    if (!now.has(key)) throw new InputError(`--from names ${name}, and --to does not; give the release to upgrade to`);
    if (old.get(key) === now.get(key)) throw new InputError(`--from and --to are the same release of ${name}`);
  }
  const newest = newestOf(NEWEST);
  return { from: { ...newest, ...Object.fromEntries(old) }, to: { ...newest, ...Object.fromEntries(now) } };
}

function readReleases(option: string, texts: readonly string[]): ReadonlyMap<SystemKey, string> {
  const found = new Map<SystemKey, string>();
  const names = Object.values(SYSTEMS).map(({ name }) => name);
  for (const text of texts) {
    const [, name, release] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined)
      throw new InputError(`${option} ${text}: write a system and its release, such as argo-rollouts=1.9`);
    const key = (Object.keys(SYSTEMS) as SystemKey[]).find((one) => SYSTEMS[one].name === name);
    if (key === undefined) {
      throw new InputError(`${option} ${text}: there is no system '${name}'${didYouMean(name, names)}`);
    }
    const releases = parseReleases(release, SYSTEMS[key].releases);
    if ('message' in releases) throw new InputError(`${option} ${text}: ${releases.message}`);
    if (releases.length !== 1) throw new InputError(`${option} ${text}: give one release`);
    if (found.has(key)) throw new InputError(`${option} names ${name} twice`);
    found.set(key, releases[0]);
  }
  return found;
}
