/** What a way of scraping asks of an endpoint and of the pods. */
interface Access {
  readonly endpoint: (path: string) => { [key: string]: unknown };
  readonly podAnnotations: (path: string, port: number) => { [key: string]: string };
}

/**
 * How Prometheus reaches the metrics of a pod in the mesh. A strict-mTLS mesh refuses a plain scrape of a port that the
 * proxy guards.
 *
 * @see https://istio.io/latest/docs/ops/integrations/prometheus/
 */
export class ScrapeAccess {
  /**
   * By the proxy: Istio's agent adds the application's metrics to its own and serves both on port 15020, which mTLS does
   * not guard. Works under any mTLS mode, with the metrics on the port of the application.
   */
  public static merged(): ScrapeAccess {
    return new ScrapeAccess({
      endpoint: () => ({
        path: '/stats/prometheus',
        relabelings: [
          {
            action: 'replace',
            sourceLabels: ['__address__'],
            regex: '(.+):[0-9]+',
            replacement: '$1:15020',
            targetLabel: '__address__',
          },
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
   * With the mesh's own certificates, which Prometheus must have in a folder: a sidecar puts them there.
   *
   * @param folder Where Prometheus finds them. Default: `/etc/prom-certs`.
   */
  public static meshCertificates(folder = '/etc/prom-certs'): ScrapeAccess {
    return new ScrapeAccess({
      endpoint: (path) => ({
        path,
        scheme: 'https',
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
   * Past the proxy: the port is left out of the mesh. For a port that serves metrics and nothing else.
   */
  public static excludedPort(): ScrapeAccess {
    return new ScrapeAccess({
      endpoint: (path) => ({ path }),
      podAnnotations: (_path, port) => ({ 'traffic.sidecar.istio.io/excludeInboundPorts': String(port) }),
    });
  }

  /**
   * Plainly, as outside a mesh: for permissive mTLS.
   */
  public static direct(): ScrapeAccess {
    return new ScrapeAccess({ endpoint: (path) => ({ path }), podAnnotations: () => ({}) });
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
