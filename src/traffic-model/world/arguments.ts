import { analysesIn, type AnalysisUse, argumentsIn, type Graph, type Rollout } from '../../graph';
import {
  type AnalysisRun,
  type ExperimentModel,
  type Frame,
  type MetricModel,
  type RolloutModel,
  CANARY_HASH,
  STABLE_HASH,
} from '../../controller';
import type { Hashes } from './version';

/** Fills in values that only exist in the cluster, as the controller does when it creates an AnalysisRun. */
export class Arguments {
  private readonly uses: readonly AnalysisUse[];

  constructor(
    graph: Graph,
    rollout: Rollout,
    private readonly model: RolloutModel,
    private readonly namespace: string,
    private readonly hashes: Hashes,
  ) {
    this.uses = analysesIn(graph, rollout.resource);
  }

  /** A metric with all arguments replaced, and those without a value. @param frame the rollout when the AnalysisRun was created */
  fill(
    metric: MetricModel,
    { background, stepIndex, experiment }: Pick<AnalysisRun, 'background' | 'stepIndex' | 'experiment'>,
    frame: Frame | undefined,
  ): { readonly metric: MetricModel; readonly missing: readonly string[] } {
    const step = stepIndex === undefined ? undefined : this.model.steps[stepIndex];
    const { stage } = step ?? {};
    const use = this.uses.find(({ place, step: at, field }) => {
      if (experiment !== undefined) {
        return place === 'experiment' && at === stepIndex && field.get('name').string === experiment;
      }
      if (stage !== undefined) return place === (stage === 'pre-promotion' ? 'prePromotion' : 'postPromotion');
      return background ? place === 'background' : place === 'step' && at === stepIndex;
    });
    const missing: string[] = [];
    const replaced = <T extends string | undefined>(text: T): T => {
      if (text === undefined) return text;
      let filled: string = text.replaceAll(CANARY_HASH, this.hashes.canary).replaceAll(STABLE_HASH, this.hashes.stable);
      if (experiment !== undefined) filled = this.withTemplates(filled, step?.experiment?.templates ?? []);
      for (const { name, from, to } of [...argumentsIn(filled)].reverse()) {
        const value = this.valueOf(use, name, frame);
        if (value === undefined) missing.push(name);
        else filled = filled.slice(0, from) + value + filled.slice(to);
      }
      return filled as T;
    };
    const { rangeQuery } = metric;
    return {
      metric: {
        ...metric,
        query: replaced(metric.query),
        successCondition: replaced(metric.successCondition),
        failureCondition: replaced(metric.failureCondition),
        rangeQuery: rangeQuery && {
          start: replaced(rangeQuery.start),
          end: replaced(rangeQuery.end),
          step: replaced(rangeQuery.step),
        },
      },
      missing: [...new Set(missing)],
    };
  }

  /**
   * Fills in the hashes of an experiment's templates. Their pods have the pod template of a version, and its hash,
   * unless the template has metadata of its own: then the text stays as it is.
   */
  private withTemplates(text: string, templates: ExperimentModel['templates']): string {
    return text.replace(/\{\{\s*templates\.([\w-]+)\.podTemplateHash\s*\}\}/g, (whole, name: string) => {
      const template = templates.find((one) => one.name === name);
      return template === undefined || template.relabelled ? whole : this.hashes[template.version];
    });
  }

  private valueOf(use: AnalysisUse | undefined, name: string, frame: Frame | undefined): string | undefined {
    const argument = use?.args.find((one) => one.name === name);
    const path = (argument?.given ?? argument?.declared[0])?.get('valueFrom', 'fieldRef', 'fieldPath').string;
    switch (path) {
      case 'metadata.namespace':
        return this.namespace;
      case 'status.canary.weights.canary.weight':
        return frame && String(frame.weight);
      case 'status.canary.weights.stable.weight':
        return frame && String(this.model.maxTrafficWeight - frame.weight);
      case 'status.currentStepIndex':
        return frame?.stepIndex === undefined ? undefined : String(frame.stepIndex);
      case 'status.currentPodHash':
        return this.hashes.canary;
      case 'status.stableRS':
        return this.hashes.stable;
      default:
        return undefined;
    }
  }
}
