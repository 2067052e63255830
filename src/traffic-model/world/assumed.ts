import { graphOf, scrapeTargets, type RunningPod, type ScrapeTarget } from '../../graph';

/** A scrape target of the cluster that no manifest states. */
interface Assumed {
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
  readonly portName: string;
  readonly endpoint: object;
}

const GATEWAY: Assumed = {
  name: 'istio-ingressgateway',
  namespace: 'istio-system',
  port: 15_090,
  portName: 'http-envoy-prom',
  endpoint: { path: '/stats/prometheus' },
};

const WAYPOINT: Assumed = {
  name: 'waypoint',
  namespace: 'istio-system',
  port: 15_020,
  portName: 'metrics',
  endpoint: { path: '/stats/prometheus' },
};

const ROUTER: Assumed = {
  name: 'router',
  namespace: 'ingress',
  port: 10_254,
  portName: 'metrics',
  endpoint: { honorLabels: true },
};

const CLUSTER: Assumed = {
  name: 'kube-state-metrics',
  namespace: 'monitoring',
  port: 8080,
  portName: 'http-metrics',
  endpoint: { honorLabels: true },
};

/** The ingress gateway, as Istio's monitors scrape it. */
export const gatewayTarget = (intervalSeconds: number): ScrapeTarget => targetOf(GATEWAY, intervalSeconds);

/** A waypoint of an ambient mesh, as Istio's monitors scrape it. */
export const waypointTarget = (intervalSeconds: number): ScrapeTarget => targetOf(WAYPOINT, intervalSeconds);

/** What stands before the Services: ingress-nginx, or an Envoy. */
export const routerTarget = (intervalSeconds: number): ScrapeTarget => targetOf(ROUTER, intervalSeconds);

/** kube-state-metrics, as it is usually installed. */
export const clusterTarget = (intervalSeconds: number): ScrapeTarget => targetOf(CLUSTER, intervalSeconds);

export const isGateway = ({ pod }: ScrapeTarget): boolean => pod.name === podName(GATEWAY);
export const isWaypoint = ({ pod }: ScrapeTarget): boolean => pod.name === podName(WAYPOINT);
export const isRouter = ({ pod }: ScrapeTarget): boolean => pod.name === podName(ROUTER);
export const isCluster = ({ pod }: ScrapeTarget): boolean => pod.name === podName(CLUSTER);

const podName = ({ name }: Pick<Assumed, 'name'>): string => `${name}-6d5f7c9b8-x2k4q`;

function targetOf({ name, namespace, port, portName, endpoint }: Assumed, intervalSeconds: number): ScrapeTarget {
  const monitor = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: { app: name } },
      jobLabel: 'app',
      podMetricsEndpoints: [{ port: portName, interval: `${intervalSeconds}s`, ...endpoint }],
    },
  };
  const pod: RunningPod = {
    name: podName({ name }),
    namespace,
    labels: { app: name },
    ip: '10.127.0.2',
    containers: [{ name, ports: [{ number: port, name: portName }] }],
  };
  const [target] = scrapeTargets(graphOf([{ origin: 'assumed', manifest: monitor }]), [pod]).targets;
  return target;
}
