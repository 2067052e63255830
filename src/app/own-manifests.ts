import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { graphOf } from '../graph';
import { lint } from '../lint/engine';

/** Context by which whoever synthesizes an app says that it gives what comes out to the rules itself. */
export const RULES_APPLIED_LATER = 'cdk8s-canary.dev/rules-applied-later';

/**
 * What the linter's rules call an error among the objects of an app, as they will be written: patches and later changes
 * included, which the constructs themselves do not see. Each problem names the construct.
 */
export function manifestProblems(app: Construct): string[] {
  if (app.node.tryGetContext(RULES_APPLIED_LATER) !== undefined) return [];
  const children = app.node.findAll().filter((node) => node !== app);
  // What the constructs refuse is told by them; its manifests would only repeat it in other words.
  if (children.some((node) => node.node.validate().length > 0)) return [];
  const objects = children.filter((node) => ApiObject.isApiObject(node));
  return problemsAmong(objects.map((object) => ({ origin: object.node.path, manifest: object.toJson() })));
}

/**
 * What the linter's rules call an error among rendered objects.
 *
 * The schema group is left out: a patch may use a field that is newer than the schemas.
 */
export function problemsAmong(objects: Parameters<typeof graphOf>[0]): string[] {
  return lint(graphOf(objects), { ignore: ['SCH'] })
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ code, message, hint, file, path }) => `${code} ${message}${hint ? `; ${hint}` : ''} (${file}: ${path})`);
}
