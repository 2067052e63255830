import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { graphOf } from '../graph';
import { lint } from '../lint/engine';

/** Context that tells an app that its manifests are linted after the synthesis. */
export const RULES_APPLIED_LATER = 'cdk8s-canary.dev/rules-applied-later';

/**
 * What the linter's rules call an error among the objects of an app, as they will be written: patches and later changes
 * included, which the constructs themselves do not see. Each problem names the construct.
 */
export function manifestProblems(app: Construct, accepted: readonly string[] = []): string[] {
  if (app.node.tryGetContext(RULES_APPLIED_LATER) !== undefined) return [];
  const children = app.node.findAll().filter((node) => node !== app);
  // The constructs report what they refuse; the rules would report it again.
  if (children.some((node) => node.node.validate().length > 0)) return [];
  const objects = children.filter((node) => ApiObject.isApiObject(node));
  const rendered = objects.map((object) => ({ origin: object.node.path, manifest: object.toJson() }));
  return findingsAmong(rendered, accepted).map(({ message }) => message);
}

/** An error that the linter's rules find. */
export interface OwnFinding {
  /** The code of the rule. */
  readonly rule: string;
  readonly message: string;
}

/**
 * What the linter's rules call an error among rendered objects.
 *
 * The schema group is left out: a patch may use a field that is newer than the schemas.
 *
 * @param accepted The codes of rules whose findings the user accepts.
 */
export function findingsAmong(objects: Parameters<typeof graphOf>[0], accepted: readonly string[]): OwnFinding[] {
  return lint(graphOf(objects), { ignore: ['SCH', ...accepted] })
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ code, message, hint, file, path }) => ({
      rule: code,
      message: `${code} ${message}${hint ? `; ${hint}` : ''} (${file}: ${path})`,
    }));
}
