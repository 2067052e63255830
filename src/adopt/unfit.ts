import { Json } from './manifests';

const DATABASE =
  /(?:^|\/)(?:bitnami\/)?(?:postgres(?:ql)?|mysql|mariadb|mongo(?:db)?|redis|valkey|cassandra|elasticsearch|opensearch|etcd|kafka|zookeeper|rabbitmq|clickhouse|influxdb|couchdb|neo4j|cockroach(?:db)?|timescaledb|memcached|minio)(?:[:@]|$)/;
/** More than anybody writes by hand; each costs time in every command that follows. */
const MOST_STEPS = 1000;
const DATABASE_PORTS = [3306, 5432, 6379, 27017, 9042, 9200, 2379, 9092, 2181, 11211];

/** Why a workload does not become a canary file. Undefined where it may. */
export function unfitReason({ kind, spec }: Json): string | undefined {
  const steps: unknown = spec?.strategy?.canary?.steps;
  if (Array.isArray(steps) && steps.length > MOST_STEPS) {
    return `it has ${steps.length} steps, more than the ${MOST_STEPS} that a canary file can have; keep the Rollout`;
  }
  if (kind !== 'Deployment') return undefined;
  if (spec?.strategy?.type === 'Recreate') {
    return 'its strategy is Recreate, so its versions must not run at the same time, and a canary runs two; keep the Deployment';
  }
  const pod = spec?.template?.spec ?? {};
  for (const { image, ports = [] } of pod.containers ?? []) {
    const claims = pod.volumes?.some((volume: Json) => volume.persistentVolumeClaim !== undefined);
    const isDatabasePort = ports.some((port: Json) => DATABASE_PORTS.includes(port.containerPort));
    if (DATABASE.test(String(image)) || (claims && isDatabasePort)) {
      return `its image ${image} is a data store, and two versions of it must not write the same data; keep the Deployment`;
    }
  }
  return undefined;
}
