import { ApiObject, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import * as argo from '../../imports/argoproj.io';
import { dnsLabelProblem, quoted } from '../formats/names';
import { controllerWrites, IgnoredDifference, Manifest, reachesIntoList } from './controller-writes';
import { LAST_KINDS, WAVE, waveProblems } from './sync-waves';
import { at, type Found } from '../formats/option-problem';

/**
 * What Argo CD does without a manual sync.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/
 */
export interface ArgoCdAutomation {
  /**
   * Whether Argo CD deletes objects that Git no longer has.
   * @default true
   */
  readonly prune?: boolean;

  /**
   * Whether Argo CD reverts changes made in the cluster. It ignores what the controller writes.
   * @default true
   */
  readonly selfHeal?: boolean;
}

/**
 * An additional difference that Argo CD ignores, besides what Argo Rollouts writes.
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
 * The common options of an `ArgoCdApplication` and an `ArgoCdApplicationSet`.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
 */
export interface ArgoCdOptions extends kplus.ResourceProps {
  /**
   * The constructs whose objects Argo CD deploys, such as the Charts. Argo CD ignores what Argo Rollouts writes into these
   * objects.
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
   * What Argo CD does without a manual sync.
   * @default - prunes and heals
   */
  readonly automated?: ArgoCdAutomation;

  /**
   * Whether Argo CD syncs automatically. False waits for a manual sync.
   * @default true
   */
  readonly autoSync?: boolean;

  /**
   * Whether Rollouts and their autoscalers are in a sync wave after all other objects. The annotations are added when this
   * construct is created, so create it last.
   * @default false - all in one wave, which Argo CD orders by kind
   */
  readonly rolloutLast?: boolean;

  /**
   * Whether Argo CD creates the namespace.
   * @default false
   */
  readonly createNamespace?: boolean;

  /**
   * Additional sync options, such as `Validate=false`. `RespectIgnoreDifferences=true`, `Replace=true` and
   * `ServerSideApply=true` are refused: the last two remove the controller's hash from the selectors of Services.
   * @default - `ApplyOutOfSyncOnly=true` and `PruneLast=true`, which are always there
   */
  readonly syncOptions?: string[];

  /**
   * Additional differences that Argo CD ignores.
   * @default - what Argo Rollouts writes, and nothing more
   */
  readonly ignoreDifferences?: ArgoCdIgnoredDifference[];
}

/** The objects of constructs, without those of Argo CD itself. */
function manifestsOf(constructs: readonly IConstruct[]): Manifest[] {
  const objects = new Set(constructs.flatMap((construct) => construct.node.findAll()).filter(ApiObject.isApiObject));
  return [...objects]
    .filter((object) => !['Application', 'ApplicationSet'].includes(object.kind))
    .map((object) => ({ ...object.toJson(), chart: Chart.of(object).node.path }));
}

/** Moves Rollouts and their autoscalers to a sync wave after all other objects. A stated wave is kept. */
export function putRolloutsLast(constructs: readonly IConstruct[]): void {
  const objects = new Set(constructs.flatMap((construct) => construct.node.findAll()).filter(ApiObject.isApiObject));
  for (const object of objects) {
    if (!LAST_KINDS.includes(object.kind)) continue;
    const { annotations = {} } = object.metadata.toJson() as { annotations?: { [key: string]: string } };
    if (annotations[WAVE] === undefined) object.metadata.addAnnotation(WAVE, '1');
  }
}

/** The parts of the spec that an Application and an ApplicationSet share. */
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

/** The problems of the common options. */
export function commonProblems(name: string, options: ArgoCdOptions): Found[] {
  const { manages, repoUrl, syncOptions = [], ignoreDifferences = [], autoSync, automated } = options;
  const manifests = manifestsOf(manages);
  const problems: Found[] = [dnsLabelProblem('its name', name), ...waveProblems(manifests)];
  if (manages.length === 0) {
    problems.push(at('manages', 'manages is empty; name the constructs whose objects it deploys, such as the Chart'));
  }
  if (repoUrl.trim() === '' || /\s/.test(repoUrl)) {
    problems.push(
      at(
        'repoUrl',
        `repoUrl is ${quoted(repoUrl)}; give the repository, such as 'https://git.example.com/shop/deploy.git'`,
      ),
    );
  }
  for (const option of syncOptions) problems.push(syncOptionProblem(option, controllerWrites(manifests)));
  for (const one of ignoreDifferences) {
    if ([...(one.jsonPointers ?? []), ...(one.jqPathExpressions ?? [])].length === 0) {
      problems.push(`ignoreDifferences names ${one.kind} and no field of it; give jsonPointers or jqPathExpressions`);
    }
  }
  if (autoSync === false && automated) {
    problems.push(at('automated', 'automated is given while autoSync is false; leave one of them out'));
  }
  return problems;
}

function syncOptionProblem(option: string, written: IgnoredDifference[]): string | undefined {
  if (!/^[A-Za-z]+=[A-Za-z]+$/.test(option)) {
    return `syncOptions has ${quoted(option)}, which is not a sync option; use one such as 'Validate=false'`;
  }
  if (option === 'Replace=true' || option === 'ServerSideApply=true') {
    return `syncOptions has ${option}, which removes the hash that Argo Rollouts writes into the selectors of the Services, so both versions get the same requests; remove it`;
  }
  if (option === 'RespectIgnoreDifferences=true' && written.some(reachesIntoList)) {
    return 'syncOptions has RespectIgnoreDifferences=true, which applies the whole list of the cluster wherever a field inside a list is ignored, as weights are, so later changes of routes in Git never arrive; remove it';
  }
  return undefined;
}
