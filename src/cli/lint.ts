import { type Command, Option } from 'commander';
import { didYouMean } from '../formats/did-you-mean';
import { InputError } from '../formats/input-error';
import { FORMATS, type Format, ruleListJson, ruleListText, ruleText } from '../lint';
import { RULES, SEVERITIES } from '../rules';
import type { Io } from './io';
import { lintManifests } from './lint-manifests';
import { lintSettings, type SettingFlags } from './lint-settings';
import { addInputs, environmentOption, formatOption, list, outputOption, wholeNumber } from './options';
import { write } from './output';
import { versionOptions } from './version-options';
import { addWatchOption, runWatched, type WatchFlags } from './watch';

const CODES = RULES.map(({ code }) => code);

interface Flags extends SettingFlags, WatchFlags {
  readonly format: Format;
  readonly output?: string;
  readonly env?: string;
  readonly fix?: boolean;
  readonly cache?: boolean;
  readonly cacheFolder?: string;
  readonly jobs?: number;
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
  addWatchOption(versionOptions(addInputs(command)))
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
    .option(
      '--cache',
      'lint only what may have changed since the last run, whose results are kept outside of the repository',
    )
    .option('--cache-folder <folder>', 'folder for --cache (default: cdk8s-canary in $XDG_CACHE_HOME or ~/.cache)')
    .option('-j, --jobs <n>', 'number of threads (default: as many as there are cores, if that is faster)', wholeNumber)
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
  const { format, output, env, fix, writeBaseline, render, helm, helmValues = [], cacheFolder, jobs } = flags;
  const cache = flags.cache || cacheFolder !== undefined ? { folder: cacheFolder } : undefined;
  if (helmValues.length > 0 && !helm) throw new InputError('--helm-values is for charts; give --helm too');
  const rendering = { kustomize: render, helmValues: helm ? helmValues : undefined };
  return runWatched(flags, { paths, output }, io, () => {
    const { options, failOn } = lintSettings(flags, io.cwd);
    return lintManifests(
      { paths, options, failOn, format, output, env, fix, writeBaseline, rendering, cache, jobs },
      io,
    );
  });
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
