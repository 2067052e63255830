import type { Frame, RolloutModel } from '../../controller';
import { backOff, type Hashes, lifetime, podPrefix, Random, type ScrapedPod, type Version } from '../../traffic-model';
import type { Conditions, VersionBehaviour } from './conditions';

/** Seconds until a pod that was created has an address, and is looked for by Prometheus. */
const ADDRESS_AFTER = 2;

/** The Rollout, or an Experiment of one of its steps. */
type Owner = 'rollout' | 'experiment';

/** One pod, from its creation to its end. All times are seconds of the rehearsal. */
export class Pod {
  gone = Infinity;
  crashes = 0;
  /** When its process is up, or next up after a crash. */
  private up: number;
  /** When its process crashes next. */
  private down: number;

  constructor(
    readonly version: Version,
    /** Who makes and removes it. */
    readonly owner: Owner,
    readonly name: string,
    readonly ip: string,
    readonly created: number,
    private readonly startSeconds: number,
    /** Seconds that its process serves until it crashes, drawn for each time; Infinity: for ever. */
    private readonly life: () => number,
  ) {
    this.up = created + startSeconds;
    this.down = this.up + life();
  }

  get firstUp(): number {
    return this.created + this.startSeconds;
  }

  get addressedAt(): number {
    return this.created + ADDRESS_AFTER;
  }

  serves(now: number): boolean {
    return now >= this.up && now < this.down && now < this.gone;
  }

  /** The pod as Prometheus finds it at a moment. */
  seen(now: number): ScrapedPod {
    const { version, name } = this;
    return { version, name, ip: now >= this.addressedAt ? this.ip : undefined, ready: this.serves(now) };
  }

  /** When something about it changes next. */
  nextChange(now: number): number {
    return Math.min(...[this.addressedAt, this.up, this.down].filter((at) => at > now), Infinity);
  }

  /** Crashes its process if it is time. Returns whether it did. */
  crashIfDue(now: number): boolean {
    if (now < this.down) return false;
    this.crashes++;
    this.up = this.down + backOff(this.crashes) + Math.min(this.startSeconds, 10);
    this.down = this.up + this.life();
    return true;
  }
}

const LONG_AGO = -86_400;
/** The first version has revision 1. */
const REVISION = 2;

type Ordinals = Record<Owner, Record<Version, number>>;

/** The numbers of pods that were made, as each ReplicaSet counts its own. */
const firstOrdinals = (): Ordinals => ({ rollout: { new: 0, old: 0 }, experiment: { new: 0, old: 0 } });

/** The pods of a rollout, as the controller makes and removes them. */
export class Pods {
  private readonly alive: Pod[] = [];
  private readonly starts = new Map<string, number>();
  private readonly random: Random;
  private readonly crashes: Random;
  private made = 0;
  private attempt = 0;

  constructor(
    private readonly rollout: RolloutModel,
    private readonly conditions: () => Conditions,
    private readonly hashes: Hashes,
    seed: number,
  ) {
    this.random = new Random(seed);
    this.crashes = new Random(seed + 10_000);
    for (let i = 0; i < rollout.replicas; i++) this.add('old', LONG_AGO, 0);
  }

  /** Another update begins: the pods that it makes are counted anew. */
  newAttempt(): void {
    this.attempt++;
  }

  get all(): readonly Pod[] {
    return this.alive;
  }

  /** Seconds until the so-many-th pod of a version serves, counted from its creation: the same whenever it is asked for. */
  startSeconds(version: Version, ordinal: number): number {
    const { profile, canary } = this.conditions();
    if (version === 'new' && canary.neverStarts) return Infinity;
    const key = `${this.attempt}/${version}/${ordinal}`;
    const known = this.starts.get(key);
    if (known !== undefined) return known;
    const drawn = profile.podStart + profile.podStartSpread * this.random.uniform();
    this.starts.set(key, drawn);
    return drawn;
  }

  private ordinals = firstOrdinals();

  /** Creates and removes pods until their number is that of the frame. Returns whether there was any change. */
  follow(frame: Frame, now: number, fresh: boolean): boolean {
    if (fresh) this.ordinals = firstOrdinals();
    const { canary, stable, experiment, stepIndex } = frame;
    const changes = [
      this.resize('new', 'rollout', canary.spec, now),
      this.resize('old', 'rollout', stable.spec, now),
      this.resize('new', 'experiment', experiment?.canary.spec ?? 0, now, stepIndex),
      this.resize('old', 'experiment', experiment?.stable.spec ?? 0, now, stepIndex),
    ];
    return changes.includes(true);
  }

  private resize(version: Version, owner: Owner, wanted: number, now: number, step?: number): boolean {
    const own = this.alive.filter((pod) => pod.version === version && pod.owner === owner);
    for (let i = own.length; i < wanted; i++) {
      this.add(version, now, this.ordinals[owner][version]++, owner, this.prefixOf(version, owner, step));
    }
    // Pods that do not serve yet go first, and of the others the youngest.
    own.sort((a, b) => b.firstUp - a.firstUp || b.created - a.created);
    for (const pod of own.slice(0, Math.max(0, own.length - wanted))) {
      pod.gone = now;
      this.alive.splice(this.alive.indexOf(pod), 1);
    }
    return own.length !== wanted;
  }

  /** An Experiment names its ReplicaSets after itself, which has the hash of the new version, and the template. */
  private prefixOf(version: Version, owner: Owner, step = 0): string {
    const hash = version === 'new' ? this.hashes.canary : this.hashes.stable;
    if (owner === 'rollout') return podPrefix(this.rollout.name, hash);
    const templates = this.rollout.steps[step]?.experiment?.templates ?? [];
    const template = templates.find((one) => (one.version === 'stable') === (version === 'old'))?.name ?? version;
    return podPrefix(this.rollout.name, this.hashes.canary) + `${REVISION}-${step}-${template}-`;
  }

  private lifeOf({ crashesAfter, restarts = 0 }: VersionBehaviour): () => number {
    if (crashesAfter !== undefined) return () => crashesAfter;
    return restarts === 0 ? () => Infinity : () => lifetime(restarts, this.crashes);
  }

  private add(
    version: Version,
    created: number,
    ordinal: number,
    owner: Owner = 'rollout',
    prefix = this.prefixOf(version, owner),
  ): void {
    const id = this.made++;
    const { canary, stable } = this.conditions();
    const start = created === LONG_AGO ? 0 : this.startSeconds(version, ordinal);
    const life = this.lifeOf(version === 'new' ? canary : stable);
    const ip = `10.128.${Math.floor(id / 250)}.${(id % 250) + 2}`;
    this.alive.push(new Pod(version, owner, `${prefix}${suffix(id)}`, ip, created, start, life));
  }
}

/** Five characters, as Kubernetes makes them: neither vowels nor what looks like them. */
function suffix(id: number): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  let rest = (id + 1) * 2_654_435_761;
  let text = '';
  for (let i = 0; i < 5; i++) {
    text += letters[rest % letters.length];
    rest = Math.floor(rest / letters.length);
  }
  return text;
}
