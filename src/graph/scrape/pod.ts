import type { Field } from '../resource';
import type { Labels } from '../selector';

/** A port that a container of a pod declares. */
export interface RunningPort {
  readonly number: number;
  /** @default none */
  readonly name?: string;
  /** @default 'TCP' */
  readonly protocol?: string;
}

/** A container of a pod. */
export interface RunningContainer {
  readonly name: string;
  /** @default none */
  readonly image?: string;
  /** @default none */
  readonly ports?: readonly RunningPort[];
  /** Of an init container: whether it keeps running (`restartPolicy: Always`). @default false */
  readonly sidecar?: boolean;
}

/** The state of a pod at one time. */
export interface RunningPod {
  readonly name: string;
  /** @default that of the requested targets */
  readonly namespace?: string;
  readonly labels: Labels;
  /** @default none */
  readonly annotations?: Labels;
  /** Undefined while it has none; it is then not scraped. */
  readonly ip: string | undefined;
  readonly containers: readonly RunningContainer[];
  /** Init containers, sidecars among them. Their ports are scraped like any other. @default none */
  readonly initContainers?: readonly RunningContainer[];
  /** `Pending`, `Running`, `Succeeded`, `Failed`. @default 'Running' */
  readonly phase?: string;
  /** Whether its Ready condition is true. Pods that are not ready are scraped as well. @default true */
  readonly ready?: boolean;
  /** Whether it is being deleted. @default false */
  readonly terminating?: boolean;
  /** The node it runs on. @default none */
  readonly node?: string;
  /** @default none */
  readonly hostIP?: string;
  /** @default none */
  readonly uid?: string;
  /** Its owner: for a Rollout's pod, the ReplicaSet. @default none */
  readonly controller?: { readonly kind: string; readonly name: string };
}

/** The containers, or the init containers, of a pod template. */
export const containersOf = (template: Field, key: 'containers' | 'initContainers'): readonly RunningContainer[] =>
  template
    .get('spec', key)
    .items()
    .map((container) => ({
      name: container.get('name').string ?? '',
      image: container.get('image').string,
      sidecar: container.get('restartPolicy').string === 'Always',
      ports: container
        .get('ports')
        .items()
        .map((port) => ({
          number: port.get('containerPort').number ?? 0,
          name: port.get('name').string,
          protocol: port.get('protocol').string,
        })),
    }));
