/**
 * What splits the requests, where neither Istio's objects nor the Gateway API of this library do: a router that exists
 * in the cluster, as Argo Rollouts' `trafficRouting` names it. Its own objects, such as an Ingress, are not made here.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/
 */
export class TrafficRouter {
  /**
   * No router: the share of the pods is the share of the requests.
   */
  public static none(): TrafficRouter {
    return new TrafficRouter('none', undefined);
  }

  /**
   * The NGINX Ingress controller.
   * @param routing The fields of `trafficRouting.nginx`: `stableIngress`, and others.
   */
  public static nginx(routing: unknown): TrafficRouter {
    return new TrafficRouter('nginx', { nginx: routing });
  }

  /**
   * The AWS Load Balancer controller.
   * @param routing The fields of `trafficRouting.alb`: `ingress`, `servicePort`, and others.
   */
  public static alb(routing: unknown): TrafficRouter {
    return new TrafficRouter('alb', { alb: routing });
  }

  /**
   * Traefik.
   * @param routing The fields of `trafficRouting.traefik`: `weightedTraefikServiceName`.
   */
  public static traefik(routing: unknown): TrafficRouter {
    return new TrafficRouter('traefik', { traefik: routing });
  }

  /**
   * The Service Mesh Interface.
   * @param routing The fields of `trafficRouting.smi`: `rootService`, `trafficSplitName`.
   */
  public static smi(routing: unknown): TrafficRouter {
    return new TrafficRouter('smi', { smi: routing });
  }

  /**
   * AWS App Mesh.
   * @param routing The fields of `trafficRouting.appMesh`.
   */
  public static appMesh(routing: unknown): TrafficRouter {
    return new TrafficRouter('appMesh', { appMesh: routing });
  }

  /**
   * Ambassador.
   * @param routing The fields of `trafficRouting.ambassador`: `mappings`.
   */
  public static ambassador(routing: unknown): TrafficRouter {
    return new TrafficRouter('ambassador', { ambassador: routing });
  }

  /**
   * APISIX.
   * @param routing The fields of `trafficRouting.apisix`: `route`.
   */
  public static apisix(routing: unknown): TrafficRouter {
    return new TrafficRouter('apisix', { apisix: routing });
  }

  /**
   * Plugins of the controller.
   * @param routing The fields of `trafficRouting.plugins`: each plugin's configuration by its name.
   */
  public static plugins(routing: unknown): TrafficRouter {
    return new TrafficRouter('plugins', { plugins: routing });
  }

  /**
   * The whole `trafficRouting` block: several routers, managed routes, an Istio VirtualService that exists.
   * @param routing The fields of `trafficRouting`.
   */
  public static of(routing: unknown): TrafficRouter {
    return new TrafficRouter('of', routing as { [key: string]: unknown });
  }

  private constructor(
    /** The name of the router: `nginx`, `none`, `of` for several. */
    public readonly name: string,
    /** @internal */
    public readonly _routing: { [key: string]: unknown } | undefined,
  ) {}
}
