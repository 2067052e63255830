import { findingsIn } from '../canaryfile/render';
import type { Resource } from '../graph';

/** Errors that the linter finds in manifests before they are adopted. */
export class KnownDefects {
  private readonly messages: ReadonlySet<string>;
  /** Rules with the field that they report. The message may differ, because it names other objects too. */
  private readonly places: ReadonlySet<string>;
  /** Rules with the object that they report, if the objects stay as they are. */
  private readonly objects: ReadonlySet<string>;

  /**
   * @param before The manifests. A Deployment stands among them as a Rollout without a canary, of which the rules of pods
   *   and autoscalers find the same.
   * @param becomes The kind of the workload that was adopted: the objects of a Rollout stay as they are, so that a rule which
   *   an object breaks already finds the same defect in it.
   */
  constructor(before: readonly Resource[], becomes: string) {
    const found = findingsIn(before.map(({ manifest }) => manifest));
    this.messages = new Set(found.map(({ message }) => withoutPlace(message)));
    this.places = new Set(found.map(({ rule, message }) => placeOf(rule, message)));
    this.objects = new Set(becomes === 'Rollout' ? found.map(({ rule, message }) => objectOf(rule, message)) : []);
  }

  /** Whether the manifests have a defect that the linter finds in what was made of them. */
  public has(rule: string, message: string): boolean {
    const isSame = this.messages.has(withoutPlace(message)) || this.places.has(placeOf(rule, message));
    return isSame || this.objects.has(objectOf(rule, message));
  }
}

/** A message without the object and the field at its end, which are written differently for rendered objects. */
const withoutPlace = (message: string): string => message.replace(/ \([^()]*\)$/, '');

const placeOf = (rule: string, message: string): string => `${rule}${/ \([^()]*\)$/.exec(message)?.[0] ?? ''}`;

const objectOf = (rule: string, message: string): string =>
  `${rule}${/ \([^():]*(?=:[^()]*\)$)/.exec(message)?.[0] ?? ''}`;
