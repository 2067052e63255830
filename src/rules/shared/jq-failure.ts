import { own, type Resource } from '../../graph';

/** One step of a jq path: a key, or all elements. */
interface Step {
  readonly key: string | undefined;
  /** Whether a `?` after it suppresses its errors. */
  readonly optional: boolean;
}

const TOKEN = /^(?:\.?\[\s*(?:"((?:[^"\\]|\\.)*)"\s*)?\]|\.([A-Za-z_]\w*)|\."((?:[^"\\]|\\.)*)")(\?)*/;

/** The steps of a plain path, such as `.spec.http[].route[]?.weight`. Undefined for anything else. */
function stepsOf(path: string): Step[] | undefined {
  const steps: Step[] = [];
  let rest = path.trim();
  while (rest !== '') {
    const match = TOKEN.exec(rest);
    if (match === null) return undefined;
    const [token, bracket, name, quoted] = match;
    steps.push({ key: bracket ?? name ?? quoted, optional: token.endsWith('?') });
    rest = rest.slice(token.length).trimStart();
  }
  return steps.length === 0 ? undefined : steps;
}

/** Whether jq fails at a step with one of the values. jq then drops the whole expression. */
function fails(steps: readonly Step[], root: unknown): boolean {
  let values: unknown[] = [root];
  for (const { key, optional } of steps) {
    const next: unknown[] = [];
    for (const value of values) {
      const isList = Array.isArray(value);
      const isObject = typeof value === 'object' && value !== null && !isList;
      if (key === undefined) {
        if (isList || isObject) for (const one of Object.values(value)) next.push(one);
        else if (!optional) return true;
      } else if (isObject) next.push(own(value, key) ?? null);
      else if (value === null || value === undefined) next.push(null);
      else if (!optional) return true;
    }
    values = next;
  }
  return false;
}

/**
 * Whether jq fails to evaluate an expression of `jqPathExpressions` for a resource, for example because it iterates
 * over the `route` of a redirect, which has none. Only paths, and paths joined by commas or pipes, are evaluated.
 */
export function jqFails(expression: string, resource: Resource): boolean {
  if (/[()]/.test(expression)) return false;
  // `a | b` applies the path b to the results of a.
  const alternatives = expression.split(',').map((one) => stepsOf(one.replace(/\|\s*/g, '').replace(/\s+/g, '')));
  if (alternatives.some((steps) => steps === undefined)) return false;
  return alternatives.some((steps) => fails(steps!, resource.manifest));
}
