// Other systems with Prometheus's query API: how each is built, started, filled by remote write, and asked.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BIN } from './build.mjs';
import { freePort, start, until } from './processes.mjs';

const MODULES = 'e2e/stores';
const HOST = '127.0.0.1';
/** Of which tenant Mimir keeps the history. */
const TENANT = 'shop';

const WRITE_HEADERS = {
  'Content-Type': 'application/x-protobuf',
  'Content-Encoding': 'snappy',
  'X-Prometheus-Remote-Write-Version': '0.1.0',
};

async function answers(url, headers = {}) {
  return (await fetch(url, { headers })).ok;
}

/**
 * Each store: the Go module that it is built from, where its replay must differ (by manifests) and why, and how it is started in a folder. `start` returns where to write
 * to, where to ask, the headers of a writer, and the options that `calibrate` needs.
 */
export const STORES = {
  VictoriaMetrics: {
    module: 'github.com/VictoriaMetrics/VictoriaMetrics',
    main: 'app/victoria-metrics',
    folder: 'victoria-metrics',
    otherwise: {
      'a window without two samples': 'rate() and increase() take the sample before the window too, so it is not empty',
    },
    async start(program, folder) {
      const at = `http://${HOST}:${await freePort()}`;
      // The history is older than the store: no sample is too old, and none waits to be searchable.
      const args = ['-httpListenAddr', new URL(at).host, '-storageDataPath', join(folder, 'data')];
      start(
        program,
        [...args, '-retentionPeriod=1y', '-search.latencyOffset=0s', '-search.maxUniqueTimeseries=10000'],
        {
          logs: folder,
        },
      );
      await until('VictoriaMetrics answers', () => answers(`${at}/health`));
      return { write: `${at}/api/v1/write`, query: at, written: () => answers(`${at}/internal/force_flush`) };
    },
  },
  Thanos: {
    module: 'github.com/thanos-io/thanos',
    main: 'cmd/thanos',
    folder: 'thanos',
    // Thanos and Prometheus must mean the same by a set of labels.
    tags: ['slicelabels'],
    async start(program, folder) {
      const [write, receiveHttp, receiveGrpc, query, queryGrpc] = await Promise.all(
        Array.from({ length: 5 }, async () => `${HOST}:${await freePort()}`),
      );
      const receive = ['receive', `--tsdb.path=${join(folder, 'data')}`, '--label=replica="1"', '--tsdb.retention=30d'];
      const window = ['--tsdb.out-of-order.time-window=30d', '--tsdb.too-far-in-future.time-window=0s'];
      start(
        program,
        [
          ...receive,
          ...window,
          `--remote-write.address=${write}`,
          `--http-address=${receiveHttp}`,
          `--grpc-address=${receiveGrpc}`,
        ],
        { logs: folder, name: 'thanos-receive' },
      );
      const replica = ['--query.replica-label=replica', '--query.replica-label=tenant_id'];
      start(
        program,
        ['query', `--http-address=${query}`, `--grpc-address=${queryGrpc}`, `--endpoint=${receiveGrpc}`, ...replica],
        { logs: folder, name: 'thanos-query' },
      );
      await until('Thanos receives', () => answers(`http://${receiveHttp}/-/ready`));
      await until('Thanos answers', () => answers(`http://${query}/-/ready`));
      const stores = `http://${query}/api/v1/stores`;
      await until('Thanos finds its store', async () =>
        JSON.stringify(await (await fetch(stores)).json()).includes(receiveGrpc),
      );
      return { write: `http://${write}/api/v1/receive`, query: `http://${query}` };
    },
  },
  Mimir: {
    module: 'github.com/grafana/mimir',
    main: 'cmd/mimir',
    folder: 'mimir',
    async start(program, folder) {
      const [http, grpc, gossip] = [await freePort(), await freePort(), await freePort()];
      const at = (name) => join(folder, name);
      const ring = { kvstore: { store: 'inmemory' }, instance_addr: HOST };
      const one = { ...ring, replication_factor: 1 };
      // JSON is YAML.
      const configuration = {
        target: 'all',
        multitenancy_enabled: true,
        usage_stats: { enabled: false },
        server: {
          http_listen_address: HOST,
          http_listen_port: http,
          grpc_listen_address: HOST,
          grpc_listen_port: grpc,
          log_level: 'warn',
        },
        memberlist: { bind_addr: [HOST], bind_port: gossip },
        ingester: { ring: { ...one, min_ready_duration: '0s', final_sleep: '0s' } },
        distributor: { ring },
        compactor: { data_dir: at('compactor'), sharding_ring: ring },
        store_gateway: { sharding_ring: one },
        ruler: { rule_path: at('rules'), ring },
        ruler_storage: { backend: 'filesystem', filesystem: { dir: at('ruler') } },
        alertmanager: { data_dir: at('alerts'), sharding_ring: one },
        alertmanager_storage: { backend: 'filesystem', filesystem: { dir: at('alertmanager') } },
        blocks_storage: {
          backend: 'filesystem',
          filesystem: { dir: at('blocks') },
          tsdb: { dir: at('tsdb') },
          bucket_store: { sync_dir: at('sync') },
        },
        frontend: { address: HOST },
        limits: {
          out_of_order_time_window: '30d',
          ingestion_rate: 1e7,
          ingestion_burst_size: 1e7,
          max_global_series_per_user: 0,
          native_histograms_ingestion_enabled: true,
          query_ingesters_within: '31d',
        },
      };
      const file = at('mimir.yaml');
      writeFileSync(file, JSON.stringify(configuration));
      start(program, [`-config.file=${file}`, `-activity-tracker.filepath=${at('activity.log')}`], {
        logs: folder,
        name: 'mimir',
      });
      await until('Mimir is ready', () => answers(`http://${HOST}:${http}/ready`), 90);
      return {
        write: `http://${HOST}:${http}/api/v1/push`,
        query: `http://${HOST}:${http}/prometheus`,
        headers: { 'X-Scope-OrgID': TENANT },
        options: ['--tenant', TENANT],
      };
    },
  },
};

/** Where the program of a store is built to. */
export const programOf = (name) => join(BIN, STORES[name].folder);

/** The version that go.mod pins. */
export function versionOf(name) {
  const { folder, module } = STORES[name];
  const text = readFileSync(join(MODULES, folder, 'go.mod'), 'utf8');
  return new RegExp(`^(?:require\\s+)?\\s*${module} (v\\S+)`, 'm').exec(text)[1];
}

/** Builds the program of a store from its Go module, unless it is there. */
export function buildStore(name, { again = false } = {}) {
  const program = programOf(name);
  if (!again && existsSync(program)) return;
  mkdirSync(BIN, { recursive: true });
  const { folder, module, main, tags = [] } = STORES[name];
  const { status } = spawnSync(
    'go',
    ['build', `-tags=${tags.join(',')}`, '-o', resolve(program), `${module}/${main}`],
    {
      cwd: join(MODULES, folder),
      env: { ...process.env, GOFLAGS: '-mod=readonly' },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  if (status !== 0) throw new Error(`go build of ${name} failed`);
}

/** Writes one body of remote write. */
export async function push({ write, headers = {} }, body) {
  const answer = await fetch(write, { method: 'POST', headers: { ...WRITE_HEADERS, ...headers }, body });
  if (!answer.ok) throw new Error(`${write} does not take samples (HTTP ${answer.status}): ${await answer.text()}`);
}
