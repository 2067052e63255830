import { dirname, resolve } from 'node:path';
import { InputError } from '../formats/input-error';
import { mayRefer } from '../formats/repository';
import { readTextFile } from '../formats/text-file';
import {
  type Baseline,
  type LintConfig,
  type LintOptions,
  parseBaseline,
  parseLintConfig,
  selectionProblems,
} from '../lint';
import { RULES, type Severity } from '../rules';
import type { VersionFlags } from './version-options';
import { CONFIG_FILE, versionsOf } from './versions';

const CODES = RULES.map(({ code }) => code);

/** Options of the command line that a configuration file can state too. */
export interface SettingFlags extends VersionFlags {
  readonly failOn?: Severity | 'never';
  readonly select?: string[];
  readonly ignore?: string[];
  readonly closedWorld?: boolean;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly config?: string;
}

/** The settings of the linter: those of the command line, and of the configuration file. Throws an InputError. */
export function lintSettings(
  flags: SettingFlags,
  cwd: string,
): { readonly options: LintOptions; readonly failOn: Severity | 'never' } {
  const { config, folder } = readConfig(flags, cwd);
  const problems = selectionProblems([...(flags.select ?? []), ...(flags.ignore ?? [])], CODES);
  if (problems.length > 0) throw new InputError(problems.join('\n'));
  const baselineFile = flags.baseline
    ? resolve(cwd, flags.baseline)
    : config.baseline && resolve(folder, config.baseline);
  // Whoever runs the command may name any file; a file of the repository may not.
  if (flags.baseline === undefined && baselineFile && !mayRefer(baselineFile, folder, cwd)) {
    throw new InputError(
      `${flags.config ?? CONFIG_FILE}: baseline leads out of the repository; name the file with --baseline instead`,
    );
  }
  return {
    options: {
      select: flags.select ?? config.select,
      ignore: flags.ignore ?? config.ignore,
      closedWorld: flags.closedWorld ?? config.closedWorld,
      severity: config.severity,
      versions: versionsOf(flags, config.versions),
      // A new baseline replaces the old one.
      baseline: baselineFile && flags.writeBaseline === undefined ? readBaseline(baselineFile) : undefined,
    },
    failOn: flags.failOn ?? config.failOn ?? 'advice',
  };
}

function readConfig({ config }: SettingFlags, cwd: string): { config: LintConfig; folder: string } {
  const file = resolve(cwd, config ?? CONFIG_FILE);
  let text: string;
  try {
    text = readTextFile(file);
  } catch (error) {
    if (config === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return { config: {}, folder: cwd };
    throw new InputError(`--config ${config ?? CONFIG_FILE}: ${(error as Error).message}`);
  }
  try {
    return { config: parseLintConfig(text, CODES), folder: dirname(file) };
  } catch (error) {
    throw new InputError(`${config ?? CONFIG_FILE}: ${(error as Error).message}`);
  }
}

function readBaseline(file: string): Baseline {
  try {
    return parseBaseline(readTextFile(file));
  } catch (error) {
    throw new InputError(`baseline ${file}: ${(error as Error).message}`);
  }
}
