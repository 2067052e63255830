import { IAnalysisTemplate } from '../analysis/analysis-template';
import type { CanaryCheck } from '../analysis/canary-check';
import { CanaryStep } from '../rollout/canary-step';
import type { CanaryAppProps } from './canary-app-props';
import { configProblems, variableProblems } from './config-files';
import { contradictions } from './contradictions';
import { membershipProblems } from './mesh-membership';
import { portProblems } from './port-routes';
import { unusedOptions } from './unused-options';
import { at, type Found } from '../formats/option-problem';

/** Problems of the options of an app that its parts do not report. */
export function appProblems(
  steps: CanaryStep[],
  analysis: IAnalysisTemplate | undefined,
  props: CanaryAppProps,
  name: string,
  namespace: string | undefined,
  runs: (template: 'checks' | 'failures') => boolean,
): Found[] {
  const found: Found[] = [];
  const given = (['failures', 'checks', 'backgroundChecks'] as const).find((field) => props[field] !== undefined);
  if (props.prometheus === undefined && given !== undefined) {
    found.push(
      at(given, `${given} is given without prometheus; give its address, such as 'http://prometheus.monitoring:9090'`),
    );
  } else if (
    !props.blueGreen &&
    props.prometheus === undefined &&
    analysis === undefined &&
    steps.some((step) => step._usesOwnAnalyses)
  ) {
    const index = steps.findIndex((step) => step._usesOwnAnalyses);
    found.push(
      at(
        props.steps ? `steps[${index}]` : 'plan',
        "a step analyses the app's failures, but prometheus is not given; give its address, such as 'http://prometheus.monitoring:9090'",
      ),
    );
  }
  found.push(contradictions({ ...props, name }), podNameProblems(props, name));
  found.push(membershipProblems(props), portProblems(props), unusedOptions(props, steps, runs));
  found.push(...configProblems(props), ...variableProblems(props));
  const elsewhere = props.rollout?.metadata?.namespace;
  if (elsewhere !== undefined && elsewhere !== namespace) {
    found.push(
      at(
        'rollout.metadata.namespace',
        `rollout.metadata puts the Rollout in namespace '${elsewhere}', away from the app's Services, routes and analyses${namespace === undefined ? '' : ` in '${namespace}'`}; give the app that namespace`,
      ),
    );
  }
  const named = props.measuring?.metadata?.name;
  if (named !== undefined) {
    found.push(
      at(
        'measuring.metadata.name',
        `measuring.metadata has the name '${named}', and there may be two templates, of checks and of backgroundChecks, named after the app; leave it out`,
      ),
    );
  }
  const { hosts = [] } = props;
  found.push(
    hosts.flatMap((host, i) => {
      const first = hosts.indexOf(host);
      return first < i ? at(`hosts[${i}]`, `hosts[${i}] is '${host}', as hosts[${first}] is; leave it out`) : [];
    }),
  );
  if (props.hosts?.length === 0) {
    found.push(at('hosts', 'hosts is empty; leave it out for an app that is reached from inside the mesh'));
  }
  return found;
}

/**
 * The longest name of a Rollout whose pods have the whole hash of their version in their names. Kubernetes cuts what it
 * generates a name from after 58 characters: the Rollout's name, the hash of at most 10 characters, and a '-' after each.
 */
const LONGEST_IN_PODS = 58 - '-0123456789-'.length;

/** Checks that find the pods of the canary by their names, of an app whose pods have only a part of it in theirs. */
function podNameProblems({ checks = [], backgroundChecks = [] }: CanaryAppProps, name: string): Found[] {
  if (name.length <= LONGEST_IN_PODS) return [];
  const of = (option: string, all: readonly CanaryCheck[]) =>
    all.map(({ _definition: { name: check, readsPodNames } }, i) =>
      readsPodNames
        ? at(
            `${option}[${i}]`,
            `check '${check}' finds the pods by their names, of which Kubernetes cuts the hash of the version off after the ${name.length} characters of '${name}'; give the app a name of at most ${LONGEST_IN_PODS} characters`,
          )
        : undefined,
    );
  return [of('checks', checks), of('backgroundChecks', backgroundChecks)];
}
