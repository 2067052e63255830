import { writeFileSync } from 'node:fs';

import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { specOf } from '../canaryfile/discover';
import { holdsApp } from '../canaryfile/recognize';
import { Workspace } from '../canaryfile/workspace';
import { type DesignText, designPage, EXAMPLE, firstAnswer, nameOfApp, type Start } from '../design';
import { InputError } from '../formats/input-error';
import { makeTemporaryFolder } from '../formats/scratch-folder';
import { readTextFile } from '../formats/text-file';
import { loadManifests, type NamedText } from '../graph';
import { DEFAULT_PROFILE } from '../traffic-model';
import { type Io, STDIN } from './io';
import { openInBrowser } from './open-in-browser';
import { addInputs, environmentOption, formatOption, number, outputOption, rolloutOption } from './options';
import { type OutputFlags, write } from './output';
import { addProfileOptions, type ProfileFlags, profileOf } from './profile-options';
import { readTexts } from './read-inputs';

/** Characters of manifests that a page carries: more is a repository, not an app. */
const MOST = 2_000_000;

interface Flags extends OutputFlags, ProfileFlags {
  readonly rollout?: string;
  readonly env?: string;
  readonly seed: number;
}

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  addProfileOptions(addInputs(command, '; default: an example where the current folder has none'))
    .addOption(
      new Option('--seed <n>', 'seed of the random numbers; the same seed gives the same results')
        .argParser(number)
        .default(1),
    )
    .addOption(environmentOption())
    .addOption(rolloutOption())
    .addOption(formatOption(['html']))
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Opens a page in the browser, in which weights, pauses, limits and traffic can be moved and the figures of simulate are
seen at once. The page is one file that needs no server and no network. It gives back the changed canary file, which
synth takes. With --output it is written, not opened; where standard output is no terminal, its path is printed.

Exit codes: 0 written, 2 usage or unreadable input.

  cdk8s-canary design canary.yaml
  cdk8s-canary design deploy/ --rps 50 --error-rate 0.01 -o design.html`,
    );
  run((paths, flags) => designCommand(paths, flags, io));
}

async function designCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  const start: Start = {
    texts: await givenTexts(paths, flags, io),
    rollout: flags.rollout,
    profile: profileOf(flags, io),
    defaults: DEFAULT_PROFILE,
    profileName: flags.profile,
    seed: flags.seed,
  };
  const page = designPage({ ...start, first: firstAnswer(start) });
  if (flags.output !== undefined) {
    write(page, flags, io);
    return 0;
  }
  const file = join(makeTemporaryFolder('design'), 'design.html');
  writeFileSync(file, page, { mode: 0o600 });
  io.out(`${file}\n`);
  if (io.terminal) openInBrowser(file, io);
  return 0;
}

/** The texts of one app: its canary file and what lies below it, or manifests. */
async function givenTexts(paths: readonly string[], flags: Flags, io: Io): Promise<readonly DesignText[]> {
  const { texts, unreadable } = await readTexts(paths, io);
  for (const { name, message } of unreadable) throw new InputError(`${name}: ${message}`);
  const hasRollouts = loadManifests(texts).resources.some(({ kind }) => kind === 'Rollout');
  const specs = texts
    .filter(({ name, text }) => holdsApp(text) && specOf(name) === undefined)
    .filter(({ name }) => !hasRollouts || name === STDIN || paths.includes(name));
  if (specs.length > 0) return layersOf(chosenSpec(specs, flags), flags, io);
  if (flags.env !== undefined) {
    throw new InputError(`--env ${flags.env} is for canary files, and there is none in ${paths.join(', ')}`);
  }
  if (hasRollouts) return manifestsIn(texts, paths);
  if (paths.length !== 1 || paths[0] !== '.') {
    throw new InputError(`there is no canary file and no Rollout in ${paths.join(', ')}`);
  }
  io.err('the current folder has no canary file and no Rollout: this is an example\n');
  return [EXAMPLE];
}

function chosenSpec(specs: readonly NamedText[], { rollout }: Flags): NamedText {
  const named = specs.filter(({ text }) => rollout === undefined || nameOfApp(text) === rollout.replace(/^.*\//, ''));
  if (named.length === 1) return named[0];
  const found = specs.map(({ name, text }) => `${nameOfApp(text) ?? '?'} (${name})`).join(', ');
  throw new InputError(
    named.length === 0
      ? `there is no app '${rollout}'; found: ${found}`
      : `the page designs one app; choose one with --rollout, or name its file. Found: ${found}`,
  );
}

function layersOf({ name, text }: NamedText, { env }: Flags, io: Io): DesignText[] {
  if (name === STDIN) {
    if (env !== undefined) throw new InputError('--env is for canary files on disk; standard input has no environment');
    return [{ name, text }];
  }
  const spec = resolve(io.cwd, name);
  return new Workspace().layers(spec, env).map(({ file }) => ({
    name: file === spec ? name : file.replace(`${resolve(io.cwd)}/`, ''),
    text: file === spec ? text : readTextFile(file),
  }));
}

function manifestsIn(texts: readonly NamedText[], paths: readonly string[]): readonly DesignText[] {
  const size = texts.reduce((sum, { text }) => sum + text.length, 0);
  if (size <= MOST) return texts;
  throw new InputError(
    `the manifests in ${paths.join(', ')} have ${size} characters, and a page carries ${MOST}; name the files of one app`,
  );
}
