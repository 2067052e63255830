import type { Field, Graph, Resource } from '../graph';
import { ownedBy, type RolloutState } from './state';

/** Reasons for which a container waits for a moment while all is well. */
const USUAL = new Set(['ContainerCreating', 'PodInitializing']);

/**
 * Why pods of the new version do not start or do not get ready, in words.
 *
 * @param isLate They had the time to get ready, so that what is usual for a moment is a problem, too.
 */
export function podProblems(graph: Graph, state: RolloutState, isLate: boolean): readonly string[] {
  const { replicaSet } = state.wanted;
  if (replicaSet === undefined) return [];
  const reasons = new Map<string, number>();
  const pods = ownedBy(graph, replicaSet, 'Pod');
  for (const pod of pods) for (const text of problemsOf(pod, isLate)) reasons.set(text, (reasons.get(text) ?? 0) + 1);
  const told = [...reasons].map(([text, count]) => (count === 1 ? text : `${text} (${count} pods)`));
  return isLate ? [...told, ...warnings(graph, [replicaSet, ...pods])] : told;
}

function problemsOf(pod: Resource, isLate: boolean): Set<string> {
  const containers = ['initContainerStatuses', 'containerStatuses'].flatMap((list) =>
    pod.field('status', list).items(),
  );
  const found = containers.map((one) => waitingText(one, isLate));
  if (isLate) found.push(...pod.field('status', 'containerStatuses').items().map(unreadyText));
  for (const condition of pod.field('status', 'conditions').items()) {
    if (condition.get('type').string !== 'PodScheduled' || condition.get('status').string !== 'False') continue;
    found.push(`a pod is not scheduled: ${condition.get('message').string ?? condition.get('reason').string ?? ''}`);
  }
  return new Set(found.filter((text) => text !== undefined));
}

function waitingText(container: Field, isLate: boolean): string | undefined {
  const waiting = container.get('state', 'waiting');
  const last = container.get('lastState', 'terminated');
  const reason = waiting.get('reason').string;
  if (reason === undefined || (!isLate && USUAL.has(reason))) return undefined;
  const more = last.exists
    ? `, last exit code ${String(last.get('exitCode').value)} (${last.get('reason').string})`
    : '';
  const message = waiting.get('message').string;
  return `container ${container.get('name').string} waits: ${reason}${more}${message ? `: ${message}` : ''}`;
}

/** A container without a readiness probe is ready as soon as it runs. */
const unreadyText = (container: Field): string | undefined =>
  container.get('state', 'running').exists && container.get('ready').boolean === false
    ? `container ${container.get('name').string} runs and is not ready: its readiness probe has not succeeded`
    : undefined;

/** Warnings that are told: the latest ones say the same again. */
const MOST = 5;

/** The warnings of Kubernetes about these objects: volumes that cannot be mounted, probes that fail, quotas. */
function warnings(graph: Graph, about: readonly Resource[]): string[] {
  const texts = graph.ofKind('Event').flatMap((event) => {
    const object = ['involvedObject', 'regarding'].map((key) => event.field(key)).find(({ exists }) => exists);
    const isAbout = about.some(
      ({ kind, name }) => object?.get('kind').string === kind && object.get('name').string === name,
    );
    if (!isAbout || event.field('type').string !== 'Warning') return [];
    const message = event.field('message').string ?? event.field('note').string ?? '';
    return [`${event.field('reason').string ?? 'Warning'}: ${message}`];
  });
  return [...new Set(texts)].slice(0, MOST);
}
