import { ApiObject, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import * as argo from '../../imports/argoproj.io';
import { dnsLabelProblem, quoted } from '../formats/names';
import { controllerWrites, IgnoredDifference, Manifest, reachesIntoList } from './controller-writes';
import { LAST_KINDS, WAVE, waveProblems } from './sync-waves';

/**
 * The automatic actions of Argo CD.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/
 */
export interface ArgoCdAutomation {
  /**
   * Whether it deletes objects that Git no longer has (prune).
   * @default true
   */
  readonly prune?: boolean;

  /**
   * Whether it reverts changes in the cluster (self-heal). What the controller writes is ignored.
   * @default true
   */
  readonly selfHeal?: boolean;
}

/**
 * A difference to ignore, in addition to what Argo Rollouts writes.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/
 */
export interface ArgoCdIgnoredDifference {
  /**
   * The kind of the objects.
   */
  readonly kind: string;

  /**
   * The group of the objects.
   * @default - the core group
   */
  readonly group?: string;

  /**
   * The name of the object.
   * @default - all objects of the kind
   */
  readonly name?: string;

  /**
   * JSON pointers, such as `/spec/replicas`.
   * @default - none
   */
  readonly jsonPointers?: string[];

  /**
   * jq paths, such as `.spec.template.spec.containers[]?.image`.
   * @default - none
   */
  readonly jqPathExpressions?: string[];
}

/**
 * Options that `ArgoCdApplication` and `ArgoCdApplicationSet` share.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
 */
export interface ArgoCdOptions extends kplus.ResourceProps {
  /**
   * The constructs whose objects it deploys, such as Charts. What Argo Rollouts writes into them is ignored.
   */
  readonly manages: IConstruct[];

  /**
   * The repository that holds the rendered manifests.
   */
  readonly repoUrl: string;

  /**
   * The project of Argo CD.
   * @default 'default'
   */
  readonly project?: string;

  /**
   * The automatic actions of Argo CD.
   * @default - prune and self-heal
   */
  readonly automated?: ArgoCdAutomation;

  /**
   * Whether Argo CD syncs automatically. With `false`, a sync is manual.
   * @default true
   */
  readonly autoSync?: boolean;

  /**
   * Whether Rollouts and their autoscalers are in a separate sync wave after everything else. They are annotated when
   * this construct is created, so create it last.
   * @default false - one wave, which Argo CD orders by kind
   */
  readonly rolloutLast?: boolean;

  /**
   * Whether Argo CD creates the namespace.
   * @default false
   */
  readonly createNamespace?: boolean;

  /**
   * Additional sync options, such as `ServerSideApply=true`. `RespectIgnoreDifferences=true` and `Replace=true` are
   * refused.
   * @default - `ApplyOutOfSyncOnly=true` and `PruneLast=true`, which are always there
   */
  readonly syncOptions?: string[];

  /**
   * Additional differences to ignore.
   * @default - only what Argo Rollouts writes
   */
  readonly ignoreDifferences?: ArgoCdIgnoredDifference[];
}

/** The objects of constructs, but for those of Argo CD themselves. */
function manifestsOf(constructs: readonly IConstruct[]): Manifest[] {
  const objects = new Set(constructs.flatMap((construct) => construct.node.findAll()).filter(ApiObject.isApiObject));
  return [...objects]
    .filter((object) => !['Application', 'ApplicationSet'].includes(object.kind))
    .map((object) => ({ ...object.toJson(), chart: Chart.of(object).node.path }));
}

/** Puts the Rollouts, and what scales them, into a wave after all else. Those that have a wave keep it. */
export function putRolloutsLast(constructs: readonly IConstruct[]): void {
  const objects = new Set(constructs.flatMap((construct) => construct.node.findAll()).filter(ApiObject.isApiObject));
  for (const object of objects) {
    if (!LAST_KINDS.includes(object.kind)) continue;
    const { annotations = {} } = object.metadata.toJson() as { annotations?: { [key: string]: string } };
    if (annotations[WAVE] === undefined) object.metadata.addAnnotation(WAVE, '1');
  }
}

/** The parts of an Application's spec that both have. */
export function renderCommon(
  options: ArgoCdOptions,
): Pick<argo.ApplicationSpec, 'project' | 'syncPolicy' | 'ignoreDifferences'> {
  const automated = options.autoSync ?? true;
  const ignored = [...controllerWrites(manifestsOf(options.manages)), ...(options.ignoreDifferences ?? [])];
  return {
    project: options.project ?? 'default',
    ignoreDifferences: ignored.length > 0 ? ignored.map((one) => ({ ...one })) : undefined,
    syncPolicy: {
      automated: automated
        ? { prune: options.automated?.prune ?? true, selfHeal: options.automated?.selfHeal ?? true }
        : undefined,
      syncOptions: [
        ...new Set([
          'ApplyOutOfSyncOnly=true',
          'PruneLast=true',
          ...(options.createNamespace ? ['CreateNamespace=true'] : []),
          ...(options.syncOptions ?? []),
        ]),
      ],
    },
  };
}

/** What is wrong with them. */
export function commonProblems(name: string, options: ArgoCdOptions): string[] {
  const { manages, repoUrl, syncOptions = [], ignoreDifferences = [], autoSync, automated } = options;
  const manifests = manifestsOf(manages);
  const problems: (string | undefined)[] = [dnsLabelProblem('its name', name), ...waveProblems(manifests)];
  if (manages.length === 0) {
    problems.push('manages is empty; name the constructs whose objects it deploys, such as the Chart');
  }
  if (repoUrl.trim() === '' || /\s/.test(repoUrl)) {
    problems.push(
      `repoUrl is ${quoted(repoUrl)}; give the repository, such as 'https://git.example.com/shop/deploy.git'`,
    );
  }
  for (const option of syncOptions) problems.push(syncOptionProblem(option, controllerWrites(manifests)));
  for (const one of ignoreDifferences) {
    if ([...(one.jsonPointers ?? []), ...(one.jqPathExpressions ?? [])].length === 0) {
      problems.push(`ignoreDifferences names ${one.kind} and no field of it; give jsonPointers or jqPathExpressions`);
    }
  }
  if (autoSync === false && automated) {
    problems.push('automated is given while autoSync is false; leave one of them out');
  }
  return problems.filter((problem) => problem !== undefined);
}

function syncOptionProblem(option: string, written: IgnoredDifference[]): string | undefined {
  if (!/^[A-Za-z]+=[A-Za-z]+$/.test(option)) {
    return `syncOptions has ${quoted(option)}, which is no sync option; use one such as 'ServerSideApply=true'`;
  }
  if (option === 'Replace=true') {
    return 'syncOptions has Replace=true, which takes away all that Argo Rollouts wrote, the selectors of the Services among it; leave it out';
  }
  if (option === 'RespectIgnoreDifferences=true' && written.some(reachesIntoList)) {
    return 'syncOptions has RespectIgnoreDifferences=true, which puts the whole live list over the one in Git wherever a field in a list is ignored, as weights are: later changes of routes would never be applied; leave it out';
  }
  return undefined;
}
