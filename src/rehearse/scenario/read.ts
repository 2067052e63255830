import { dirname, resolve } from 'node:path';
import { oneLine } from '../../formats/encode/terminal';
import { readGoDuration } from '../../formats/go-duration';
import { type Place, SourceFile } from '../../formats/source';
import { readDocument, YamlSource } from '../../formats/yaml';
import { mayRefer } from '../../formats/repository';
import { readTextFile } from '../../formats/text-file';
import { type Mapping, isMapping, type Path } from '../../graph';
import { type Outcome } from '../../simulate';
import {
  ProfileError,
  profileProblems,
  readProfile,
  type TrafficProfile,
  PROFILE_FIELDS,
  slower,
  wholeProfile,
  withP99,
} from '../../traffic-model';
import type { Latency, RestartReason, StatedMetric } from '../../traffic-model';
import type { Conditions, VersionBehaviour } from '../world/conditions';
import { type Expectation, type Replayed, type Scenario, type ScenarioFile, ScenarioProblem } from './model';
import { schemaProblems } from './validate';

/** A version with high latency. */
const SLOW = { p50: 1, p99: 5 };

const PHASES = {
  success: 'Successful',
  failure: 'Failed',
  inconclusive: 'Inconclusive',
  error: 'Error',
  'no data': 'no data',
} as const;

/**
 * Reads a file of scenarios. Throws ScenarioProblem with everything that is wrong with it.
 *
 * @param name as it is shown to the user
 * @param path where it is; the paths in it begin at its folder
 * @param given its text, if it comes from elsewhere
 */
export function readScenarios(name: string, path: string, given?: string): ScenarioFile {
  return new Reader(new SourceFile(name, given ?? textOf(name, path)), dirname(path)).read();
}

function textOf(name: string, path: string): string {
  try {
    return readTextFile(path);
  } catch (error) {
    throw new ScenarioProblem([`${name}: cannot be read: ${reasonOf(error)}`]);
  }
}

class Reader {
  private readonly document: YamlSource;
  private readonly problems: string[] = [];

  constructor(
    private readonly file: SourceFile,
    private readonly folder: string,
  ) {
    this.document = new YamlSource(file);
  }

  read(): ScenarioFile {
    const { value, error, dropped, duplicates } = readDocument(this.file.text);
    const broken = [...(error ? [error] : []), ...(dropped ? [dropped] : []), ...duplicates];
    if (broken.length > 0) throw new ScenarioProblem(broken.map(({ from, message }) => this.at(from, message)));
    const wrong = schemaProblems(value, this.file, this.document);
    if (wrong.length > 0) throw new ScenarioProblem(wrong);
    const given = value as Mapping;
    const { manifests, metrics = {} } = given;
    const scenarios = (given.scenarios as Mapping[]).map((one, i) => this.scenario(one, ['scenarios', i], given));
    if (this.problems.length > 0) throw new ScenarioProblem([...new Set(this.problems)]);
    return {
      name: this.file.name,
      manifests: typeof manifests === 'string' ? [manifests] : (manifests as string[]),
      manifestsPlace: this.place(['manifests']),
      rollout: given.rollout as string | undefined,
      rolloutPlace: this.place(given.rollout === undefined ? ['manifests'] : ['rollout']),
      namespace: given.namespace as string | undefined,
      metrics: metrics as Readonly<Record<string, StatedMetric>>,
      scenarios,
    };
  }

  private at(offset: number, message: string): string {
    const { line, column } = this.file.place({ from: offset, to: offset });
    return oneLine(`${this.file.name}:${line}:${column}  ${message}`);
  }

  private place(path: Path): Place {
    return this.file.place(this.document.range(path, 'value'));
  }

  private say(path: Path, message: string): void {
    const { line, column } = this.place(path);
    this.problems.push(oneLine(`${this.file.name}:${line}:${column}  ${message}`));
  }

  private scenario(given: Mapping, path: Path, file: Mapping): Scenario {
    const retry = given.retry as Mapping | undefined;
    const conditions = this.conditions([file, given], path);
    return {
      name: given.name as string,
      place: this.file.place(this.document.range([...path, 'name'], 'value')),
      conditions,
      retry: retry && {
        after: secondsOf(retry.after) ?? 0,
        conditions: this.conditions([file, given, retry], [...path, 'retry']),
        expected: expectation(retry),
      },
      replay: given.replay === undefined ? undefined : this.replay(given.replay as Mapping, [...path, 'replay']),
      assumed: { ...assumedIn(file), ...assumedIn(given) },
      seed: (given.seed as number | undefined) ?? 1,
      repeat: (given.repeat as number | undefined) ?? 1,
      expected: expectation(given),
    };
  }

  /** Later ones state differences from earlier ones. */
  private conditions(layers: readonly Mapping[], path: Path): Conditions {
    const last = <T>(key: string): T | undefined =>
      layers.reduce<T | undefined>((found, layer) => (layer[key] as T | undefined) ?? found, undefined);
    const profile = this.profile(layers, path);
    const canary = this.version(last<string | Mapping>('version') ?? 'healthy', profile, path);
    const person = last<string | number>('person');
    const stops = layers.reduce<unknown>((found, { traffic }) => {
      if (traffic === undefined) return found;
      return isMapping(traffic) ? (traffic['stops-after'] ?? found) : undefined;
    }, undefined);
    const { errorRate, latency, restarts = 0, restartReason = 'Error' } = canary;
    const { saturation = profile.baselineSaturation } = canary;
    const whole = { ...profile, errorRate, latency, restarts, restartReason, saturation };
    for (const problem of profileProblems(whole)) this.say(path, problem);
    return {
      profile: whole,
      canary,
      stable: {
        errorRate: profile.baselineErrorRate,
        latency: profile.baselineLatency,
        saturation: profile.baselineSaturation,
      },
      trafficStopsAt: secondsOf(stops),
      prometheusUnreachable: unreachability(last<string | Mapping>('prometheus')),
      approvalAfter: person === 'never' ? undefined : (secondsOf(person) ?? profile.approvalAfter),
    };
  }

  private profile(layers: readonly Mapping[], path: Path): TrafficProfile {
    let profile: Partial<TrafficProfile> = {};
    for (const { traffic } of layers) {
      if (traffic === 'none') profile = { ...profile, rps: 0 };
      else if (isMapping(traffic)) {
        const { profile: name, 'stops-after': _stops, ...fields } = traffic;
        const read = typeof name === 'string' ? this.profileFile(name, path) : {};
        profile = { ...profile, ...read, ...Object.fromEntries(Object.entries(fields).map(profileField)) };
      }
    }
    return wholeProfile(profile);
  }

  /** The path of a file that the scenarios name. Undefined if it leads out of the repository, which is untrusted. */
  private within(name: string, path: Path): string | undefined {
    const file = resolve(this.folder, name);
    if (mayRefer(file, this.folder)) return file;
    this.say(path, `'${name}' leads out of the repository; copy the file into it`);
    return undefined;
  }

  private profileFile(name: string, path: Path): Partial<TrafficProfile> {
    const file = this.within(name, path);
    if (file === undefined) return {};
    try {
      return readProfile(name, readTextFile(file));
    } catch (error) {
      if (error instanceof ProfileError) this.problems.push(...error.problems);
      else this.say(path, `the traffic profile '${name}' cannot be read: ${reasonOf(error)}`);
      return {};
    }
  }

  private version(given: string | Mapping, profile: TrafficProfile, path: Path): VersionBehaviour {
    const healthy = {
      errorRate: profile.baselineErrorRate,
      latency: profile.baselineLatency,
      saturation: profile.baselineSaturation,
    };
    if (typeof given === 'string') {
      if (given === 'fails') return { ...healthy, errorRate: 1 };
      if (given === 'slow') return { ...healthy, latency: SLOW };
      return given === 'crashes' ? { ...healthy, neverStarts: true } : healthy;
    }
    return {
      errorRate: given.fails === undefined ? healthy.errorRate : portionOf(given.fails),
      latency: this.latency(given, healthy.latency, path),
      restarts: given.restarts as number | undefined,
      restartReason: given['restart-reason'] as RestartReason | undefined,
      saturation: given.saturation === undefined ? healthy.saturation : portionOf(given.saturation),
      crashesAfter: secondsOf(given['crashes-after']),
    };
  }

  /** The latency of a version, stated in one of three ways. */
  private latency(given: Mapping, healthy: Latency, path: Path): Latency {
    const ways = ['latency', 'latency-p99', 'latency-factor'].filter((key) => given[key] !== undefined);
    if (ways.length > 1)
      this.say(path, `${ways.join(' and ')} both state the latency of the version; give one of them`);
    if (given.latency !== undefined) return profileField(['latency', given.latency])[1] as Latency;
    if (given['latency-factor'] !== undefined) return slower(healthy, given['latency-factor'] as number);
    return given['latency-p99'] === undefined ? healthy : withP99(healthy, secondsOf(given['latency-p99'])!);
  }

  private replay(given: Mapping, path: Path): Replayed {
    const from = given.from as string | undefined;
    const parsed = from === undefined ? undefined : momentOf(from);
    if (from !== undefined && parsed === undefined) {
      this.say([...path, 'from'], `'${from}' is no moment; write it as 2026-01-31T12:00:00Z, or as seconds since 1970`);
    }
    return {
      file: this.within(given.file as string, [...path, 'file']) ?? '',
      canaryHash: given['canary-hash'] as string | undefined,
      stableHash: given['stable-hash'] as string | undefined,
      from: parsed,
    };
  }
}

/** Without the path, which the user knows better. */
const reasonOf = (error: unknown): string => (error as Error).message.replace(/, \w+ '.*'$/s, '');

const assumedIn = ({ assume = {} }: Mapping): Scenario['assumed'] =>
  Object.fromEntries(
    Object.entries(assume as Record<string, keyof typeof PHASES>).map(([metric, word]) => [metric, PHASES[word]]),
  );

/** A moment as people or Prometheus write it, in milliseconds since 1970. */
export function momentOf(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const parsed = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** As a profile file would have it; what is out of range is left for the profile's own check to find. */
function profileField([key, value]: [string, unknown]): [string, unknown] {
  const known = PROFILE_FIELDS[key as keyof TrafficProfile];
  return [key, known.read(value) ?? value];
}

function secondsOf(value: unknown): number | undefined {
  return typeof value === 'string' ? readGoDuration(value) : (value as number | undefined);
}

const portionOf = (value: unknown): number =>
  typeof value === 'string' ? Number(value.replace(/\s*%$/, '')) / 100 : (value as number);

function unreachability(given: string | Mapping | undefined): Conditions['prometheusUnreachable'] {
  if (given === undefined || given === 'reachable') return undefined;
  if (typeof given === 'string') return { from: 0, to: Infinity };
  const from = secondsOf(given['unreachable-from']) ?? 0;
  return { from, to: from + (secondsOf(given.for) ?? Infinity) };
}

function expectation(given: Mapping): Expectation {
  const written = (given['failed-requests'] ?? given['spoiled-requests']) as string | undefined;
  const failed = /^\s*(<=|<|>=|>)\s*(\d+)\s*$/.exec(written ?? '');
  return {
    outcome: given.expect as Outcome,
    within: secondsOf(given.within),
    failedRequests: failed ? { operator: failed[1] as '<' | '<=' | '>' | '>=', limit: Number(failed[2]) } : undefined,
  };
}
