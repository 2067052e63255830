import { existsSync } from 'node:fs';
import type { Resource } from '../../graph';
import { RULES } from '../../rules';
import type { LintConfig } from '../engine/config';
import { type LintedResource, type LintFinding, type LintReport, LintSeverity } from './lint-report';
import { configIn, ManifestLinter, type ManifestLinterOptions } from './manifest-linter';

const DEFAULT_CONFIG = '.cdk8s-canary.yaml';

/** What cdk8s-cli hands to a validation, as far as it is used here. */
interface ValidationContext {
  readonly manifests: readonly string[];
  readonly report: {
    addViolation(violation: {
      readonly ruleName: string;
      readonly recommendation: string;
      readonly fix: string;
      readonly violatingResources: readonly {
        readonly resourceName: string;
        readonly locations: readonly string[];
        readonly manifestPath: string;
      }[];
    }): void;
    submit(status: 'success' | 'failure', metadata?: { readonly [key: string]: string }): void;
  };
  readonly logger: { log(message: string): void };
}

/**
 * The linter as a validation of `cdk8s synth`, listed under `validations` in `cdk8s.yaml`. It lints the synthesized
 * manifests, and names the construct if cdk8s knows it. Its properties are those of the configuration file.
 *
 * @see https://cdk8s.io/docs/latest/cli/synth/#validations
 */
export class CanaryValidation {
  private readonly linter: ManifestLinter;
  private readonly shown: readonly string[];

  /**
   * Created by cdk8s-cli. Throws an Error that lists all problems of the properties.
   *
   * @param properties what a configuration file of the linter may say, and `config`, the name of such a file; of
   * `.cdk8s-canary.yaml`, if there is one, whatever the properties do not say
   */
  constructor(properties: unknown = {}) {
    const { config = existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : undefined, ...own } = (properties ??
      {}) as LintConfig & { readonly config?: string };
    const options = { ...(config === undefined ? {} : configIn(String(config))), ...own };
    this.linter = new ManifestLinter(options as ManifestLinterOptions);
    // A reference to something outside is no violation unless the properties ask for it.
    this.shown = Object.values(LintSeverity).filter((one) => one !== LintSeverity.NOTE || options.failOn === one);
  }

  /**
   * Called by cdk8s-cli.
   *
   * @param context what was synthesized, and the report to write into
   */
  public async validate(context: unknown): Promise<void> {
    const { manifests, report, logger } = context as ValidationContext;
    const found = this.linter.lintFiles(...manifests);
    for (const { name, message } of found.unreadable) logger.log(`cannot read ${name}: ${message}`);
    const shared = sharedNames(found._graph.resources);
    const byRule = new Map<string, LintFinding[]>();
    for (const finding of found.findings) {
      if (!this.shown.includes(finding.severity)) continue;
      const key = `${finding.code} ${finding.severity}`;
      byRule.set(key, [...(byRule.get(key) ?? []), finding]);
    }
    for (const findings of byRule.values()) {
      const { code, severity, url } = findings[0];
      const rule = RULES.find((one) => one.code === code)!;
      report.addViolation({
        ruleName: `${severity} ${code}: ${rule.title}`,
        recommendation: rule.why,
        fix: `${rule.fix} ${url}`,
        violatingResources: byResource(findings, shared),
      });
    }
    report.submit(found.failed ? 'failure' : 'success', counts(found));
  }
}

type Violating = Parameters<ValidationContext['report']['addViolation']>[0]['violatingResources'][0];

function byResource(findings: readonly LintFinding[], shared: ReadonlySet<string>): Violating[] {
  const found = new Map<string, { resourceName: string; locations: string[]; manifestPath: string }>();
  for (const { resource, file, line, column, path, message } of findings) {
    const key = JSON.stringify([file, resource]);
    const entry = found.get(key) ?? { resourceName: nameOf(resource, shared), locations: [], manifestPath: file };
    const place = line === undefined ? '' : ` (line ${line}, column ${column})`;
    entry.locations.push(`${path === '' ? 'the file' : path}${place}: ${message}`);
    found.set(key, entry);
  }
  return [...found.values()];
}

/**
 * cdk8s finds the construct by the name only. Of several objects with one name it knows the one that was written last.
 * For those, no construct is better than the wrong one.
 */
function nameOf(resource: LintedResource | undefined, shared: ReadonlySet<string>): string {
  if (resource === undefined) return '';
  return shared.has(resource.name) ? `${resource.kind} ${resource.name}` : resource.name;
}

function sharedNames(resources: readonly Resource[]): Set<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { name } of resources) {
    if (seen.has(name)) shared.add(name);
    seen.add(name);
  }
  return shared;
}

function counts(report: LintReport): { [key: string]: string } {
  const numbers = Object.values(LintSeverity).map((one) => [`${one}s`.replace('advices', 'advice'), report.count(one)]);
  return Object.fromEntries(
    [...numbers, ['suppressed', report.suppressed], ['in the baseline', report.baselined]]
      .filter(([, count]) => count !== 0)
      .map(([name, count]) => [name, String(count)]),
  );
}
