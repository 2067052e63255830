import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { graphOf, type NamedObject } from '../graph';
import { refusals } from '../lint/engine';
import { readVersions } from '../versions';
import type { ClusterVersions } from './cluster-versions';
import { type Found, isOptionError } from '../formats/option-problem';

/** Context key: the manifests of an app are linted after the synthesis. */
export const RULES_APPLIED_LATER = 'cdk8s-canary.dev/rules-applied-later';

/**
 * The linter's errors in the rendered objects of an app, with patches and later changes, which the constructs themselves do
 * not see. Each problem names the construct.
 */
export function manifestProblems(
  app: Construct,
  accepted: readonly string[] = [],
  versions: ClusterVersions = {},
): Found[] {
  if (app.node.tryGetContext(RULES_APPLIED_LATER) !== undefined) return [];
  const children = app.node.findAll().filter((node) => node !== app);
  // The constructs have reported their own problems; the rules would repeat them.
  if (children.some((node) => node.node.validate().length > 0)) return [];
  const objects = children.filter((node) => ApiObject.isApiObject(node));
  const rendered: NamedObject[] = [];
  const failures: string[] = [];
  for (const object of objects) {
    try {
      rendered.push({ origin: object.node.path, manifest: object.toJson() });
    } catch (error) {
      // Its patches are reported where they are given.
      if (isOptionError(error)) throw error;
      failures.push(String((error as Error).message));
    }
  }
  if (failures.length > 0) return failures;
  return findingsAmong(rendered, accepted, versions).map(({ message }) => message);
}

/** An error that the linter's rules find. */
export interface OwnFinding {
  /** The code of the rule. */
  readonly rule: string;
  readonly message: string;
}

/**
 * Finds the linter's errors in rendered objects, and the fields that a release of the cluster drops.
 *
 * @param accepted The codes of rules whose findings the user accepts.
 * @param stated The releases that the cluster runs.
 */
export function findingsAmong(
  objects: Iterable<NamedObject>,
  accepted: readonly string[],
  stated: ClusterVersions = {},
): OwnFinding[] {
  const { versions, problems } = readVersions(stated as { readonly [key: string]: unknown });
  if (problems.length > 0) {
    return problems.map(({ key, message }) => ({ rule: 'versions', message: `versions.${key}: ${message}` }));
  }
  return refusals(graphOf(objects), versions, accepted).map(({ code, message, hint, file, path }) => ({
    rule: code,
    message: `${code} ${message}${hint ? `; ${hint}` : ''} (${file}: ${path})`,
  }));
}
