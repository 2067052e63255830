import type { Resource } from '../graph';
import { objectsIn, textIn } from './manifests';

const DATABASE =
  /(?:^|\/)(?:bitnami\/)?(?:postgres(?:ql)?|mysql|mariadb|mongo(?:db)?|redis|valkey|cassandra|elasticsearch|opensearch|etcd|kafka|zookeeper|rabbitmq|clickhouse|influxdb|couchdb|neo4j|cockroach(?:db)?|timescaledb|memcached|minio)(?:[:@]|$)/;
/** More than anyone writes by hand. Each step costs time in every command that reads the canary file. */
const MOST_STEPS = 1000;
const DATABASE_PORTS = [3306, 5432, 6379, 27017, 9042, 9200, 2379, 9092, 2181, 11211];

/**
 * Why a workload must not become a canary file. Undefined if it may.
 *
 * @throws RefusedError if a field that decides this has the wrong type.
 */
export function unfitReason(workload: Resource): string | undefined {
  if (workload.name === '') return 'it has no metadata.name; give it one';
  const spec = workload.field('spec');
  const steps = spec.get('strategy', 'canary', 'steps').items();
  if (steps.length > MOST_STEPS) {
    return `it has ${steps.length} steps, more than the ${MOST_STEPS} that a canary file can have; keep the Rollout`;
  }
  if (workload.kind !== 'Deployment') return undefined;
  if (spec.get('strategy', 'type').string === 'Recreate') {
    return 'its strategy is Recreate, so its versions must not run at the same time, and a canary runs two; keep the Deployment';
  }
  const pod = spec.get('template', 'spec');
  const hasClaim = objectsIn(pod.get('volumes')).some((volume) => volume.get('persistentVolumeClaim').exists);
  for (const container of objectsIn(pod.get('containers'))) {
    const image = textIn(container.get('image')) ?? '';
    const ports = objectsIn(container.get('ports')).map((port) => port.get('containerPort').number ?? 0);
    if (DATABASE.test(image) || (hasClaim && ports.some((port) => DATABASE_PORTS.includes(port)))) {
      return `its image ${image} is a data store, and two versions of it must not write the same data; keep the Deployment`;
    }
  }
  return undefined;
}
