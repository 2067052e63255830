import { dirname, resolve } from 'node:path';
import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import {
  findManifestFiles,
  type Graph,
  graphOf,
  graphOfLoaded,
  Loader,
  readManifestFile,
  type Unreadable,
} from '../../graph';
import { readTextFile } from '../../formats/text-file';
import { lint } from '../engine';
import { type LintOptions } from '../engine/lint';
import { parseBaseline } from '../engine/baseline';
import { RULES, type Severity } from '../../rules';
import { readVersions } from '../../versions';
import type { LintConfig } from '../engine/config';
import { LintReport, type LintSeverity } from './lint-report';

/** Options of the linter. */
export interface ManifestLinterOptions {
  /**
   * The rules to run, by code (`REF004`) or group (`REF`).
   *
   * @default - all rules
   */
  readonly select?: string[];

  /**
   * The rules to skip, by code or group.
   *
   * @default - none
   */
  readonly ignore?: string[];

  /**
   * Whether the given manifests are complete: a reference to anything else has the severity of its rule, instead of
   * being a note.
   *
   * @default false
   */
  readonly closedWorld?: boolean;

  /**
   * Changed severities, by code.
   *
   * @default - the severities of the rules
   */
  readonly severity?: { [code: string]: LintSeverity };

  /**
   * The minimum severity with which a report fails.
   *
   * @default LintSeverity.ADVICE
   */
  readonly failOn?: LintSeverity;

  /**
   * A baseline: a file of known findings, which are not reported. `cdk8s-canary lint --write-baseline` creates it.
   *
   * @default - none
   */
  readonly baseline?: string;
}

const CODES = RULES.map(({ code }) => code);

/**
 * Finds problems in manifests, as `cdk8s-canary lint` does: what will not work, what does not protect users, and what
 * will drift.
 *
 * @see https://github.com/cdk8s-canary/cdk8s-canary/blob/main/docs/guide/lint.md
 * @exampleMetadata fixture=app
 * @example
 * const report = new ManifestLinter().lintConstruct(chart);
 * console.log(report.write());
 */
export class ManifestLinter {
  /**
   * Creates a linter with the settings of a configuration file. Throws an Error that lists all problems of the file.
   *
   * @param file The name of the file. Default: `.cdk8s-canary.yaml` in the current folder.
   */
  public static fromConfig(file = '.cdk8s-canary.yaml'): ManifestLinter {
    return new ManifestLinter(configIn(file) as ManifestLinterOptions);
  }

  private readonly lintOptions: LintOptions;
  private readonly failOn: Severity | 'never';

  /**
   * Creates a linter. Throws an Error that lists all problems of the options.
   *
   * @param options The options. Default: all rules.
   */
  constructor(options: ManifestLinterOptions = {}) {
    const config = configuration().checkLintConfig(withoutUndefined(options), CODES);
    const { baseline, failOn, versions, ...lintOptions } = config;
    this.failOn = failOn ?? 'advice';
    this.lintOptions = {
      ...lintOptions,
      versions: readVersions(versions ?? {}).versions,
      baseline: baseline === undefined ? undefined : parseBaseline(readTextFile(baseline)),
    };
  }

  /**
   * Lints files, folders (every `.yaml`, `.yml` and `.json` in them) and globs. Never throws for their content: what
   * cannot be read is in the report.
   *
   * @param paths The paths, relative to the current folder.
   */
  public lintFiles(...paths: string[]): LintReport {
    const loader = new Loader();
    const { files, unreadable, skipped } = findManifestFiles(paths, process.cwd());
    const failed: Unreadable[] = [...unreadable];
    for (const file of files) {
      try {
        loader.add(readManifestFile(file, process.cwd()));
      } catch (error) {
        failed.push({ name: file, message: (error as Error).message });
      }
    }
    const { loaded } = loader;
    // Where everything was left out, such as the templates of a chart, no findings must not mean that all is well.
    if (loaded.resources.length === 0) failed.push(...skipped);
    return this.judge(graphOfLoaded(loaded), failed);
  }

  /**
   * Lints a text of one or several documents.
   *
   * @param text YAML or JSON.
   * @param name The name of the text in findings.
   */
  public lintText(text: string, name = '<text>'): LintReport {
    const loader = new Loader();
    loader.add({ name, text });
    return this.judge(graphOfLoaded(loader.loaded));
  }

  /**
   * Lints the objects of an app, a chart or any other construct as they are rendered, including patches. Findings name
   * the construct instead of a file.
   *
   * @param scope The construct.
   */
  public lintConstruct(scope: IConstruct): LintReport {
    const objects = scope.node.findAll().filter((one) => ApiObject.isApiObject(one));
    return this.judge(graphOf(objects.map((one) => ({ origin: one.node.path, manifest: one.toJson() as object }))));
  }

  private judge(graph: Graph, unreadable: readonly Unreadable[] = []): LintReport {
    return LintReport._of(graph, lint(graph, this.lintOptions), unreadable, this.failOn);
  }
}

/**
 * The contents of a configuration file, with paths relative to the current folder.
 *
 * @internal
 */
export function configIn(file: string): LintConfig {
  const config = configuration().parseLintConfig(readTextFile(file), CODES);
  return config.baseline === undefined ? config : { ...config, baseline: resolve(dirname(file), config.baseline) };
}

/** Loaded on demand: programs that only create constructs do not need the schema validator. */
function configuration(): typeof import('../engine/config') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('../engine/config') as typeof import('../engine/config');
}

function withoutUndefined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
