import { readFileSync } from 'node:fs';
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
import { lint } from '../index';
import { type LintOptions } from '../engine/lint';
import { parseBaseline } from '../engine/baseline';
import { RULES, type Severity } from '../../rules';
import { readVersions } from '../../versions';
import type { LintConfig } from '../engine/config';
import { LintReport, type LintSeverity } from './lint-report';

/** What to look for, and how strictly. */
export interface ManifestLinterOptions {
  /**
   * Only these rules, by code (`REF004`) or group (`REF`).
   *
   * @default - all rules
   */
  readonly select?: string[];

  /**
   * Not these rules, by code or group.
   *
   * @default - none
   */
  readonly ignore?: string[];

  /**
   * The given manifests are all there are: a reference to anything else is what the rule says, and no mere note.
   *
   * @default false
   */
  readonly closedWorld?: boolean;

  /**
   * Other severities, by code.
   *
   * @default - those of the rules
   */
  readonly severity?: { [code: string]: LintSeverity };

  /**
   * The least grave finding by which a report counts as failed.
   *
   * @default LintSeverity.ADVICE
   */
  readonly failOn?: LintSeverity;

  /**
   * A file of known findings, which do not count; `cdk8s-canary lint --write-baseline` makes it.
   *
   * @default - every finding counts
   */
  readonly baseline?: string;
}

const CODES = RULES.map(({ code }) => code);

/**
 * Finds what is wrong among manifests, as `cdk8s-canary lint` does: what will not work, what will not protect, and what
 * will drift.
 *
 * @see https://github.com/cdk8s-canary/cdk8s-canary/blob/main/docs/guide/lint.md
 */
export class ManifestLinter {
  /**
   * A linter with the settings of a configuration file. Throws an Error that says all that is wrong with the file.
   *
   * @param file its name; `.cdk8s-canary.yaml` in the current folder where it is left out
   */
  public static fromConfig(file = '.cdk8s-canary.yaml'): ManifestLinter {
    return new ManifestLinter(configIn(file) as ManifestLinterOptions);
  }

  private readonly lintOptions: LintOptions;
  private readonly failOn: Severity | 'never';

  /**
   * A linter. Throws an Error that says all that is wrong with the options.
   *
   * @param options what to look for; everything where it is left out
   */
  constructor(options: ManifestLinterOptions = {}) {
    const config = configuration().checkLintConfig(withoutUndefined(options), CODES);
    const { baseline, failOn, versions, ...lintOptions } = config;
    this.failOn = failOn ?? 'advice';
    this.lintOptions = {
      ...lintOptions,
      versions: readVersions(versions ?? {}).versions,
      baseline: baseline === undefined ? undefined : parseBaseline(readFileSync(baseline, 'utf8')),
    };
  }

  /**
   * Reads files, folders (every `.yaml`, `.yml` and `.json` in them) and globs. Never throws for what is in them: what
   * cannot be read is in the report.
   *
   * @param paths from the current folder
   */
  public lintFiles(...paths: string[]): LintReport {
    const loader = new Loader();
    const { files, unreadable } = findManifestFiles(paths, process.cwd());
    const failed: Unreadable[] = [...unreadable];
    for (const file of files) {
      try {
        loader.add(readManifestFile(file, process.cwd()));
      } catch (error) {
        failed.push({ name: file, message: (error as Error).message });
      }
    }
    return this.judge(graphOfLoaded(loader.loaded), failed);
  }

  /**
   * Reads a text of one or many documents.
   *
   * @param text YAML or JSON
   * @param name by which findings name it
   */
  public lintText(text: string, name = '<text>'): LintReport {
    const loader = new Loader();
    loader.add({ name, text });
    return this.judge(graphOfLoaded(loader.loaded));
  }

  /**
   * Looks at the objects of an app, a chart or any other construct as they will be written, patches included. Findings
   * name the construct in place of a file.
   *
   * @param scope the construct
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
 * What a configuration file says, files in it named from the current folder.
 *
 * @internal
 */
export function configIn(file: string): LintConfig {
  const config = configuration().parseLintConfig(readFileSync(file, 'utf8'), CODES);
  return config.baseline === undefined ? config : { ...config, baseline: resolve(dirname(file), config.baseline) };
}

/** Loaded when it is needed: whoever only makes constructs needs no validator of schemas. */
function configuration(): typeof import('../engine/config') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('../engine/config') as typeof import('../engine/config');
}

function withoutUndefined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
