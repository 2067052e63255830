import { queriedMetrics } from '../sources/queried';
import type { RolloutModel } from '../../controller';

const LABELS = ['namespace', 'destination_service_namespace', 'destination_workload_namespace'];

/** The namespace of a rollout: as its manifest states, as the user states, or the only one in its queries. */
export function namespaceOf(
  { namespace }: RolloutModel,
  given: string | undefined,
  queries: readonly string[],
): { readonly namespace: string; readonly note?: string } {
  if (namespace !== undefined) return { namespace };
  if (given !== undefined) return { namespace: given };
  const named = new Set(
    [...queriedMetrics(queries).values()].flatMap(({ selectors }) =>
      selectors.flatMap(({ matchers }) =>
        matchers
          .filter(({ label, operator, value }) => LABELS.includes(label) && operator === '=' && !value.includes('{{'))
          .map(({ value }) => value),
      ),
    ),
  );
  const [only] = named;
  if (named.size === 1) {
    return {
      namespace: only,
      note: `the namespace is '${only}', as in the queries: no manifest states one`,
    };
  }
  return { namespace: 'default', note: "the namespace is 'default': no manifest states one" };
}
