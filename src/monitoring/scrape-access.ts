import * as kplus from 'cdk8s-plus-27';
import * as operator from '../../imports/monitoring.coreos.com';
import { ScrapeRelabeling } from './scrape-relabeling';

/** The fields of an endpoint. */
interface Endpoint extends Pick<operator.ServiceMonitorSpecEndpoints, 'tlsConfig'> {
  readonly path: string;
  readonly relabelings: readonly ScrapeRelabeling[];
  readonly scheme?: operator.ServiceMonitorSpecEndpointsScheme;
}

/** What a way of scraping asks of an endpoint and of the pods. */
interface Access {
  readonly endpoint: (path: string) => Endpoint;
  readonly podAnnotations: (path: string, port: number) => { [key: string]: string };
  /** What the operator refuses about it. */
  readonly problem?: string;
}

/**
 * Options for `ScrapeAccess.tls`. All Secrets are in the monitor's namespace.
 */
export interface ScrapeTlsOptions {
  /**
   * The CA certificate that verifies the certificates of the pods.
   * @default - the CA certificates of the operating system
   */
  readonly ca?: kplus.SecretValue;

  /**
   * The client certificate of Prometheus.
   * Becomes `tlsConfig.cert`.
   * @default - none
   */
  readonly certificate?: kplus.SecretValue;

  /**
   * The key of the client certificate.
   * Becomes `tlsConfig.keySecret`.
   * @default - none
   */
  readonly privateKey?: kplus.SecretValue;

  /**
   * The server name in the certificates of the pods.
   * @default - the address of each pod
   */
  readonly serverName?: string;

  /**
   * Whether the certificates of the pods are accepted without verification.
   * @default false
   */
  readonly insecureSkipVerify?: boolean;
}

/**
 * The way in which Prometheus reaches the metrics of a pod in the mesh. A strict-mTLS mesh refuses a plain scrape of a
 * port behind the proxy.
 *
 * @see https://istio.io/latest/docs/ops/integrations/prometheus/
 */
export class ScrapeAccess {
  /**
   * Through the proxy: Istio's agent merges the metrics of the application with its own and serves both on port 15020,
   * without mTLS. Works in any mTLS mode, with the metrics on the port of the application.
   */
  public static merged(): ScrapeAccess {
    return new ScrapeAccess({
      endpoint: () => ({
        path: '/stats/prometheus',
        relabelings: [
          ScrapeRelabeling.replace('__address__', {
            sourceLabels: ['__address__'],
            regex: '(.+):[0-9]+',
            replacement: '$1:15020',
          }),
        ],
      }),
      podAnnotations: (path, port) => ({
        'prometheus.istio.io/merge-metrics': 'true',
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': String(port),
        'prometheus.io/path': path,
      }),
    });
  }

  /**
   * With the certificates of the mesh, which a sidecar writes to a folder of Prometheus. Becomes
   * `caFile`,
   * `certFile` and `keyFile`.
   *
   * @param folder The folder. Default: `/etc/prom-certs`.
   */
  public static meshCertificates(folder = '/etc/prom-certs'): ScrapeAccess {
    return new ScrapeAccess({
      endpoint: (path) => ({
        path,
        relabelings: [],
        scheme: operator.ServiceMonitorSpecEndpointsScheme.HTTPS,
        tlsConfig: {
          caFile: `${folder}/root-cert.pem`,
          certFile: `${folder}/cert-chain.pem`,
          keyFile: `${folder}/key.pem`,
          // The certificate names the workload's identity, not a DNS name that could be compared.
          insecureSkipVerify: true,
        },
      }),
      podAnnotations: () => ({}),
    });
  }

  /**
   * By TLS that the pods terminate themselves, on a port that is excluded from the mesh, or without a mesh.
   *
   * @param options The CA and the names of the certificates.
   */
  public static tls(options: ScrapeTlsOptions): ScrapeAccess {
    const { ca, certificate, privateKey, serverName, insecureSkipVerify } = options;
    const key = (value: kplus.SecretValue | undefined) => value && { name: value.secret.name, key: value.key };
    const half = (certificate === undefined) !== (privateKey === undefined);
    const problem = half
      ? `access has ${certificate ? 'a certificate and no privateKey' : 'a privateKey and no certificate'}, which the operator refuses; give both, or neither`
      : undefined;
    return new ScrapeAccess({
      problem,
      endpoint: (path) => ({
        path,
        relabelings: [],
        scheme: operator.ServiceMonitorSpecEndpointsScheme.HTTPS,
        tlsConfig: {
          ca: ca && { secret: key(ca) as operator.ServiceMonitorSpecEndpointsTlsConfigCaSecret },
          cert: certificate && { secret: key(certificate) as operator.ServiceMonitorSpecEndpointsTlsConfigCertSecret },
          keySecret: key(privateKey),
          serverName,
          insecureSkipVerify,
        },
      }),
      podAnnotations: () => ({}),
    });
  }

  /**
   * Past the proxy: the port is excluded from the mesh. For a port that serves only metrics.
   */
  public static excludedPort(): ScrapeAccess {
    return new ScrapeAccess({
      endpoint: (path) => ({ path, relabelings: [] }),
      podAnnotations: (_path, port) => ({ 'traffic.sidecar.istio.io/excludeInboundPorts': String(port) }),
    });
  }

  /**
   * Without TLS, as outside a mesh: for permissive mTLS.
   */
  public static direct(): ScrapeAccess {
    return new ScrapeAccess({ endpoint: (path) => ({ path, relabelings: [] }), podAnnotations: () => ({}) });
  }

  private constructor(
    /** @internal */
    public readonly _access: Access,
  ) {}

  /**
   * The annotations that the pods need for it.
   *
   * @param path The path of the metrics.
   * @param port The container's port that serves them.
   */
  public podAnnotations(path: string, port: number): { [key: string]: string } {
    return this._access.podAnnotations(path, port);
  }
}
