import { keptSamples, reportLabels, type ScrapeTarget } from '../../graph';
import { type NativeHistogram, Random } from '../../traffic-model';
import type { Sample, Series, SeriesLabels } from '../prometheus';

/** A sample as a process exposes it. */
export interface Exposed {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | NativeHistogram;
}

/** The samples of a scrape. Undefined if it fails. */
export type Scrape = (target: ScrapeTarget) => readonly Exposed[] | undefined;

/** How Prometheus keeps time. Seconds. */
export interface Timing {
  /** New targets are taken over at most this often. */
  readonly discovery: number;
  /** A scrape is late by up to this much. */
  readonly jitter: number;
}

/** @see https://github.com/prometheus/prometheus/blob/main/discovery/manager.go */
export const PROMETHEUS_TIMING: Timing = { discovery: 5, jitter: 0.05 };

interface Known {
  readonly target: ScrapeTarget;
  /** Scrapes are at the times that leave this, divided by the interval. */
  readonly phase: number;
  next: number;
  /** The series of its latest scrape, by their labels. */
  series: Map<string, SeriesLabels>;
  /** Whether it is no longer a target; its series end at the next scrape time. */
  leaving: boolean;
}

/** Scrapes as Prometheus does, into a batch of samples that the caller writes. */
export class Scraper {
  private readonly known = new Map<string, Known>();
  private readonly random: Random;
  private readonly batch = new Map<string, { labels: SeriesLabels; samples: Sample[] }>();
  /** Samples that another target had already written for the same series and time. */
  duplicates = 0;
  /** Scrapes that failed, by their reason. */
  readonly failures = new Map<string, number>();

  constructor(
    private readonly timing: Timing,
    /** What second 0 is, in milliseconds since 1970. */
    private readonly epoch: number,
    seed: number,
  ) {
    this.random = new Random(seed);
  }

  /** How long until what has changed in the cluster is known here. */
  discoveryDelay(): number {
    return this.timing.discovery * this.random.uniform();
  }

  /** These are the targets from now on. */
  follow(targets: readonly ScrapeTarget[], now: number): void {
    const wanted = new Map(targets.map((target) => [keyOf(target), target]));
    for (const [key, known] of this.known) if (!wanted.has(key)) known.leaving = true;
    for (const [key, target] of wanted) {
      const known = this.known.get(key);
      if (known) {
        known.leaving = false;
        continue;
      }
      const phase = this.random.uniform() * target.intervalSeconds;
      const next = phase + Math.ceil((now - phase) / target.intervalSeconds) * target.intervalSeconds;
      this.known.set(key, { target, phase, next, series: new Map(), leaving: false });
    }
  }

  nextScrape(): number {
    let next = Infinity;
    for (const known of this.known.values()) next = Math.min(next, known.next);
    return next;
  }

  /** Makes all scrapes that are due. `brought` returns what a target exposes. */
  scrape(now: number, brought: Scrape, seen: (target: ScrapeTarget) => void): void {
    for (const [key, known] of this.known) {
      if (known.next > now) continue;
      const { target } = known;
      known.next += target.intervalSeconds;
      const at = Math.round(this.epoch + (now + this.timing.jitter * this.random.uniform()) * 1000);
      if (known.leaving) {
        this.known.delete(key);
        for (const [id, labels] of known.series) this.add(id, labels, at, undefined);
        this.report(target, at, undefined);
        continue;
      }
      const exposed = brought(target);
      const { kept, failure } = keptSamples(
        target,
        (exposed ?? []).map(({ name, labels }) => ({ __name__: name, ...labels })),
      );
      const failed = exposed === undefined ? 'connection refused' : failure;
      if (failed !== undefined) this.failures.set(failed, (this.failures.get(failed) ?? 0) + 1);
      else seen(target);
      const series = new Map<string, SeriesLabels>();
      kept.forEach((labels, i) => {
        if (labels === undefined) return;
        const id = JSON.stringify(labels);
        series.set(id, labels);
        this.add(id, labels, at, exposed![i].value);
      });
      // Series that no longer exist have ended, because of a restart or a failed scrape.
      for (const [id, labels] of known.series) if (!series.has(id)) this.add(id, labels, at, undefined);
      known.series = series;
      this.report(target, at, failed === undefined ? 1 : 0);
    }
  }

  private report(target: ScrapeTarget, at: number, up: number | undefined): void {
    const labels = reportLabels(target, 'up');
    this.add(JSON.stringify(labels), labels, at, up);
  }

  private add(id: string, labels: SeriesLabels, at: number, value: Sample['value']): void {
    let entry = this.batch.get(id);
    if (entry === undefined) {
      entry = { labels, samples: [] };
      this.batch.set(id, entry);
    }
    const last = entry.samples[entry.samples.length - 1];
    if (last !== undefined && last.at >= at) this.duplicates++;
    else entry.samples.push({ at, value });
  }

  /** What was scraped since the last time. */
  take(): Series[] {
    const taken = [...this.batch.values()];
    this.batch.clear();
    return taken;
  }
}

const keyOf = ({ job, url, labels }: ScrapeTarget): string => JSON.stringify([job.name, url, labels]);
