import { hasLonePercent, isHeaderName } from '../formats/istio-values';
import { quoted } from '../formats/names';
import { type Found } from '../formats/option-problem';

/**
 * Changes of the headers of requests or responses.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Headers-HeaderOperations
 */
export interface HeaderOperations {
  /**
   * Headers to set, which replace existing values: names and values.
   * @default - none
   */
  readonly set?: { [name: string]: string };

  /**
   * Headers to append: names and values.
   * @default - none
   */
  readonly add?: { [name: string]: string };

  /**
   * The names of headers to remove.
   * @default - none
   */
  readonly remove?: string[];
}

/** What is wrong with a header's name (RFC 9110: a token), or undefined. */
export function headerNameProblem(what: string, name: string): string | undefined {
  if (isHeaderName(name)) return undefined;
  return `${what} is called ${quoted(name)}, which is no header name; use letters, digits and '-', such as 'x-canary'`;
}

/** What Istio refuses about header operations. */
export function headerOperationsProblems(what: string, operations: HeaderOperations | undefined): Found[] {
  if (operations === undefined) return [];
  const { set = {}, add = {}, remove = [] } = operations;
  const all = [...Object.keys(set), ...Object.keys(add), ...remove];
  if (all.length === 0) return [`${what} is empty; leave it out, or give set, add or remove`];
  const problems: Found[] = all.map((name) => headerNameProblem(`a header of ${what}`, name));
  problems.push(
    ...remove
      .filter((name) => name.toLowerCase() === 'host')
      .map(() => `${what} removes 'host', which a request cannot do without; leave it`),
    ...Object.entries({ ...set, ...add }).map(([name, value]) =>
      percentProblem(`the header '${name}' of ${what}`, value),
    ),
  );
  return problems;
}

/** Envoy takes what stands between two percent signs for one of its variables. */
function percentProblem(what: string, value: string): string | undefined {
  if (!hasLonePercent(value)) return undefined;
  return `${what} is ${quoted(value)}, in which Envoy takes '%' for the beginning of a variable; write '%%' for a percent sign, or a variable such as '%REQ(:authority)%'`;
}

/** As Istio spells it, or undefined where there is nothing to do. */
export function renderHeaderOperations(request: HeaderOperations | undefined, response: HeaderOperations | undefined) {
  const one = (operations: HeaderOperations | undefined) =>
    operations && { set: operations.set, add: operations.add, remove: operations.remove };
  return request || response ? { request: one(request), response: one(response) } : undefined;
}
