import { Construct } from 'constructs';
import { AnalysisTemplate, AnalysisTemplateOptions } from './analysis-template';
import { AnalysisArg, AnalysisTemplateArg } from './values/arg';
import { argsFor } from './known-args';
import { argNamesIn } from './values/arg-names';
import { MetricProvider } from './provider';
import { JobMetric } from './providers/job';
import { addCheck } from '../formats/option-problem';

/**
 * Options for a `JobAnalysis`.
 */
export interface JobAnalysisProps extends JobMetric {
  /**
   * The name of the metric in the AnalysisTemplate.
   * @default - the construct's id
   */
  readonly metricName?: string;

  /**
   * Whether the test is a dry run: measured, but without effect on the rollout.
   * @default false
   */
  readonly advisory?: boolean;

  /**
   * The name of the template, its nested templates and rules.
   * @default - the name is the construct's id
   */
  readonly template?: AnalysisTemplateOptions;

  /**
   * Values for the arguments that the command uses as `{{args.name}}`. Those of the Rollout are passed automatically:
   * `namespace`, `rollout`, `canary-hash`, `stable-hash`, `canary-weight`.
   * @default - none
   */
  readonly values?: { [name: string]: string };
}

/**
 * A smoke or load test of the canary: an AnalysisTemplate that runs one container, and fails the canary if the
 * container fails. If it calls the canary Service, the canary has requests to measure even with few users.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/job/
 */
export class JobAnalysis extends AnalysisTemplate {
  constructor(scope: Construct, id: string, props: JobAnalysisProps) {
    const { values = {}, template, metricName, advisory, ...job } = props;
    const texts = [job.image, ...(job.command ?? []), ...(job.args ?? [])];
    const own = Object.keys(values);
    const found = argsFor(texts);
    const passed = found.rolloutArgs.filter((arg) => !own.includes(arg.name));
    const declared = new Set([...own, ...passed.map((arg) => arg.name)]);
    super(scope, id, {
      ...template,
      metrics: [
        {
          name: metricName ?? id,
          provider: MetricProvider.job(job),
          advisory,
        },
      ],
      args: argNamesIn(texts.join('\n'))
        .filter((name) => declared.has(name))
        .map((name) => AnalysisTemplateArg.required(name)),
      rolloutArgs: [...passed, ...own.map((name) => AnalysisArg.value(name, values[name]))],
    });
    const used = argNamesIn(texts.join('\n'));
    addCheck(this, () =>
      own
        .filter((name) => !used.includes(name))
        .map(
          (name) =>
            `values has '${name}', which neither image nor command nor args uses; write {{args.${name}}} where it belongs, or leave it out`,
        ),
    );
  }
}
