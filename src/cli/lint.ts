import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { didYouMean } from '../formats/did-you-mean';
import { InputError } from '../formats/input-error';
import { mayRefer } from '../formats/repository';
import { readTextFile } from '../formats/text-file';
import {
  type Baseline,
  FORMATS,
  type Format,
  type LintConfig,
  type LintOptions,
  parseBaseline,
  ruleListJson,
  ruleListText,
  ruleText,
  selectionProblems,
} from '../lint';
import { RULES, SEVERITIES, type Severity } from '../rules';
import type { Io } from './io';
import { lintManifests } from './lint-manifests';
import { addInputs, environmentOption, formatOption, list, outputOption } from './options';
import { write } from './output';
import { CONFIG_FILE, type VersionFlags, versionOptions, versionsOf } from './versions';

const CODES = RULES.map(({ code }) => code);

interface Flags extends VersionFlags {
  readonly format: Format;
  readonly output?: string;
  readonly env?: string;
  readonly failOn?: Severity | 'never';
  readonly select?: string[];
  readonly ignore?: string[];
  readonly closedWorld?: boolean;
  readonly baseline?: string;
  readonly writeBaseline?: string;
  readonly config?: string;
  readonly fix?: boolean;
  readonly render: boolean;
  readonly helm?: boolean;
  readonly helmValues?: string[];
  readonly explain?: string;
  readonly listRules?: boolean;
}

const files = (file: string, before: readonly string[] = []): string[] => [...before, file];

export function configure(
  command: Command,
  io: Io,
  run: (action: (paths: string[], flags: Flags) => Promise<number>) => void,
): void {
  versionOptions(addInputs(command))
    .addOption(environmentOption())
    .addOption(formatOption(FORMATS, 'text'))
    .addOption(outputOption())
    .addOption(
      new Option('--fail-on <severity>', 'minimum severity that makes the exit code 1 (default: advice)').choices([
        ...SEVERITIES,
        'never',
      ]),
    )
    .option('--select <codes>', 'run only these rules or groups, such as REF,CON001', list)
    .option('--ignore <codes>', 'skip these rules or groups', list)
    .option('--closed-world', 'report references to anything that is not among the given manifests as errors')
    .option('--baseline <file>', 'known findings, which are not reported')
    .option('--write-baseline <file>', 'write all findings to a baseline, and exit with 0')
    .option('--config <file>', 'configuration file (default: .cdk8s-canary.yaml, if it exists)')
    .option('--no-render', 'read the files of kustomizations as they are, even if kustomize or kubectl is installed')
    .option('--helm', 'render charts with helm; it must be installed')
    .option('--helm-values <file>', 'values for --helm; may be repeated', files)
    .option('--fix', 'apply the fixes that need no decision')
    .option('--explain <code>', 'print the page of a rule')
    .option('--list-rules', 'print all rules; with --format json as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 no findings, 1 findings, 2 usage or unreadable input.

  cdk8s-canary lint deploy/
  kustomize build overlays/production | cdk8s-canary lint --closed-world -
  cdk8s-canary lint 'apps/**/*.yaml' --format sarif -o lint.sarif`,
    );
  run((paths, flags) => lintCommand(paths, flags, io));
}

async function lintCommand(paths: string[], flags: Flags, io: Io): Promise<number> {
  if (flags.listRules) return listRules(flags, io);
  if (flags.explain !== undefined) return explain(flags.explain, flags, io);
  const { options, failOn } = await settings(flags, io);
  const { format, output, env, fix, writeBaseline, render, helm, helmValues = [] } = flags;
  if (helmValues.length > 0 && !helm) throw new InputError('--helm-values is for charts; give --helm too');
  const rendering = { kustomize: render, helmValues: helm ? helmValues : undefined };
  return lintManifests({ paths, options, failOn, format, output, env, fix, writeBaseline, rendering }, io);
}

function explain(code: string, flags: Flags, io: Io): number {
  const rule = RULES.find((one) => one.code === code.toUpperCase());
  if (!rule) throw new InputError(`there is no rule '${code}'${didYouMean(code.toUpperCase(), CODES)}`);
  write(ruleText(rule, io.colour && flags.output === undefined), flags, io);
  return 0;
}

function listRules(flags: Flags, io: Io): number {
  const { format } = flags;
  if (format !== 'text' && format !== 'json') throw new InputError('--list-rules is written as text or json');
  write(format === 'json' ? ruleListJson(RULES) : ruleListText(RULES), flags, io);
  return 0;
}

async function settings(flags: Flags, io: Io): Promise<{ options: LintOptions; failOn: Severity | 'never' }> {
  const { config, folder } = await readConfig(flags, io);
  const problems = selectionProblems([...(flags.select ?? []), ...(flags.ignore ?? [])], CODES);
  if (problems.length > 0) throw new InputError(problems.join('\n'));
  const baselineFile = flags.baseline
    ? resolve(io.cwd, flags.baseline)
    : config.baseline && resolve(folder, config.baseline);
  // Whoever runs the command may name any file; a file of the repository may not.
  if (flags.baseline === undefined && baselineFile && !mayRefer(baselineFile, folder, io.cwd)) {
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

async function readConfig({ config }: Flags, io: Io): Promise<{ config: LintConfig; folder: string }> {
  const file = resolve(io.cwd, config ?? CONFIG_FILE);
  let text: string;
  try {
    text = readTextFile(file);
  } catch (error) {
    if (config === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT')
      return { config: {}, folder: io.cwd };
    throw new InputError(`--config ${config ?? CONFIG_FILE}: ${(error as Error).message}`);
  }
  const { parseLintConfig } = await import('../lint');
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
