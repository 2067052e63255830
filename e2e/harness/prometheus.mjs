// A real Prometheus, with the configuration that the operator makes of the monitors in the cluster, and the targets that
// Prometheus's own discovery finds in it.
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { Oracle } from '../../conformance/harness/oracles.mjs';
import { freePort, sleep, start, stop, until } from './processes.mjs';

/** Debian's Prometheus is built without the discovery in Kubernetes: its own code finds the targets, and hands them over. */
const OPERATOR = { serviceDiscoveryRole: 'EndpointSlice', version: 'v2.42.0', scrapeInterval: '1s' };
const MONITORING = '/apis/monitoring.coreos.com/v1';
/** What decides which targets there are, by the path of the API server. */
const KINDS = [
  { path: `${MONITORING}/servicemonitors`, kind: 'ServiceMonitor', apiVersion: 'monitoring.coreos.com/v1' },
  { path: `${MONITORING}/podmonitors`, kind: 'PodMonitor', apiVersion: 'monitoring.coreos.com/v1' },
  { path: '/api/v1/services', kind: 'Service', apiVersion: 'v1' },
  { path: '/api/v1/pods', kind: 'Pod', apiVersion: 'v1' },
];

export class Prometheus {
  constructor(plane, folder) {
    this.plane = plane;
    this.folder = folder;
    this.file = join(folder, 'prometheus.yml');
    this.oracle = new Oracle('prometheus', 1);
  }

  async start() {
    const port = (this.port = await freePort());
    this.url = `http://127.0.0.1:${port}`;
    if (!existsSync(this.file)) writeFileSync(this.file, 'global: {}\n');
    this.child = start(
      'prometheus',
      [
        ...[`--config.file=${this.file}`, `--storage.tsdb.path=${join(this.folder, 'data')}`],
        ...[`--web.listen-address=127.0.0.1:${port}`, '--web.enable-lifecycle', '--storage.tsdb.retention.time=1d'],
      ],
      { logs: this.plane.logs },
    );
    await this.ready();
  }

  ready = () => until('Prometheus', async () => (await fetch(`${this.url}/-/ready`)).ok);

  /** Makes the configuration again, of the monitors that the cluster has now. */
  async configure() {
    const { config, refused, targets } = await this.#judge();
    if (Object.keys(refused).length > 0) throw new Error(`the operator refuses ${JSON.stringify(refused)}`);
    const made = parse(config);
    mkdirSync(join(this.folder, 'targets'), { recursive: true });
    this.jobs = (made.scrape_configs ?? []).map(({ job_name: name }) => name);
    for (const job of made.scrape_configs ?? []) {
      delete job.kubernetes_sd_configs;
      delete job.relabel_configs;
      job.file_sd_configs = [{ files: [this.#fileOf(job.job_name)], refresh_interval: '1s' }];
    }
    writeFileSync(this.file, stringify(made));
    this.#write(targets);
    const answer = await fetch(`${this.url}/-/reload`, { method: 'POST' });
    if (!answer.ok) throw new Error(`Prometheus does not take the configuration: ${await answer.text()}`);
    this.loop ??= this.#follow();
  }

  #fileOf = (job) => join(this.folder, 'targets', `${job.replace(/[^\w-]/g, '_')}.json`);

  /** What the operator and the discovery make of the objects in the cluster. */
  async #judge() {
    const { kube } = this.plane;
    const lists = await Promise.all(
      KINDS.map(async ({ path, ...type }) => (await kube.list(path)).map((one) => ({ ...type, ...one }))),
    );
    return this.oracle.ask({ kind: 'scrape', prometheus: OPERATOR, manifests: lists.flat(), samples: [] });
  }

  /** Pods come and go; their targets with them. */
  async #follow() {
    while (!this.stopped) {
      await sleep(500);
      try {
        this.#write((await this.#judge()).targets);
      } catch (error) {
        if (process.env.E2E_DEBUG) console.error(error);
      }
    }
  }

  #write(targets) {
    for (const job of this.jobs) {
      const own = targets.filter((one) => one.job === job);
      const file = this.#fileOf(job);
      const groups = own.map(({ url, labels }) => {
        const { protocol, host, pathname } = new URL(url);
        return {
          targets: [host.replace(/^10\./, '127.')],
          labels: { ...labels, __scheme__: protocol.slice(0, -1), __metrics_path__: pathname },
        };
      });
      writeFileSync(`${file}.new`, JSON.stringify(groups));
      renameSync(`${file}.new`, file);
    }
  }

  async value(query) {
    const answer = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = await answer.json();
    return data?.result?.[0]?.value?.[1];
  }

  async stop() {
    this.stopped = true;
    await this.loop;
    this.oracle.close();
    if (this.child) await stop(this.child);
  }
}
