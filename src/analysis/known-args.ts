import { AnalysisArg, AnalysisTemplateArg, PodTemplateHash } from './values/arg';
import { argNamesIn } from './values/arg-names';

/** The arguments that predefined queries use, and their sources in a Rollout. */
export const KNOWN_ARGS: readonly AnalysisArg[] = [
  AnalysisArg.fieldRef('namespace', 'metadata.namespace'),
  AnalysisArg.fieldRef('rollout', 'metadata.name'),
  AnalysisArg.podTemplateHash('canary-hash', PodTemplateHash.LATEST),
  AnalysisArg.podTemplateHash('stable-hash', PodTemplateHash.STABLE),
  AnalysisArg.fieldRef('canary-weight', 'status.canary.weights.canary.weight'),
];

/** What a template with these queries declares, and what its Rollouts pass: all that is used and known. */
export function argsFor(
  queries: readonly string[],
  known: readonly AnalysisArg[] = KNOWN_ARGS,
): { args: AnalysisTemplateArg[]; rolloutArgs: AnalysisArg[] } {
  const used = argNamesIn(queries.join('\n'));
  return {
    args: used.map((name) => AnalysisTemplateArg.required(name)),
    rolloutArgs: used.flatMap((name) => known.filter((arg) => arg.name === name)),
  };
}
