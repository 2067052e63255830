import {
  ManifestSet,
  APP,
  labels,
  container,
  template,
  rollout,
  service,
  virtualService,
  byIstio,
  podSet,
  containerSet,
} from './build';

/** Sets of pods. */
export const PODS: readonly ManifestSet[] = [
  // Pods.
  {
    name: 'bare probes',
    objects: containerSet({
      readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
      livenessProbe: { httpGet: { path: '/live', port: 'http' } },
    }),
  },
  {
    name: 'gRPC and TCP probes',
    objects: containerSet({
      readinessProbe: { grpc: { port: 8080 } },
      livenessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 20 },
      startupProbe: { exec: { command: ['/bin/ready'] }, failureThreshold: 30 },
    }),
  },
  {
    name: 'hardened pods',
    objects: podSet({
      securityContext: { runAsNonRoot: true, fsGroup: 2000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        container({
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        }),
      ],
    }),
  },
  {
    name: 'topology spread and tolerations',
    objects: podSet({
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'topology.kubernetes.io/zone',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: labels },
        },
      ],
      tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
      nodeSelector: { pool: 'web' },
      priorityClassName: 'high',
    }),
  },
  {
    name: 'an optional ConfigMap',
    objects: containerSet({
      envFrom: [
        { configMapRef: { name: 'settings', optional: true } },
        { secretRef: { name: 'tokens' }, prefix: 'T_' },
      ],
    }),
  },
  {
    name: 'quantities of every form',
    objects: containerSet({
      resources: {
        requests: { cpu: '0.25', memory: '128974848' },
        limits: { cpu: '1500m', memory: '1.5Gi', 'ephemeral-storage': '2G' },
      },
    }),
  },
  {
    name: 'several ports',
    objects: containerSet({
      ports: [
        { name: 'http', containerPort: 8080 },
        { name: 'grpc', containerPort: 9000, protocol: 'TCP' },
        { containerPort: 9102 },
      ],
    }),
  },
  {
    name: 'environment variables that look like other things',
    objects: containerSet({
      env: [
        { name: 'A', value: 'on' },
        { name: 'B', value: '0x1F' },
        { name: 'C', value: '1e3' },
        { name: 'D', value: '2026-01-01' },
        { name: 'E', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
        { name: 'F', valueFrom: { secretKeyRef: { name: 's', key: 'k', optional: true } } },
        { name: 'G', value: '$(A)-x' },
      ],
    }),
  },
  {
    name: 'sidecars, init containers and volumes',
    objects: podSet({
      containers: [
        container({
          volumeMounts: [
            { name: 'tmp', mountPath: '/tmp' },
            { name: 'conf', mountPath: '/etc/app', readOnly: true },
          ],
        }),
        { name: 'proxy', image: 'registry.example.com/proxy:2', args: ['--quiet'] },
      ],
      initContainers: [{ name: 'wait', image: 'registry.example.com/wait:1', command: ['sh', '-c', 'true'] }],
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'conf', projected: { sources: [{ configMap: { name: 'conf' } }] } },
      ],
    }),
  },
  {
    name: 'labels of the recommended kind',
    objects: [
      {
        ...rollout(byIstio()),
        spec: {
          replicas: 2,
          selector: { matchLabels: { 'app.kubernetes.io/name': APP } },
          strategy: byIstio(),
          template: template(
            {},
            {
              labels: { 'app.kubernetes.io/name': APP, 'app.kubernetes.io/version': '5.1.0' },
              annotations: { 'prometheus.io/scrape': 'true' },
            },
          ),
        },
      },
      ...[`${APP}-stable`, `${APP}-canary`].map((name) => service(name, {}, { 'app.kubernetes.io/name': APP })),
      virtualService(),
    ],
  },
  {
    name: 'image pull secrets, account and DNS',
    objects: podSet({
      imagePullSecrets: [{ name: 'registry' }, { name: 'mirror' }],
      serviceAccountName: 'ledger-runner',
      automountServiceAccountToken: false,
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 60,
      enableServiceLinks: false,
    }),
  },
  {
    name: 'fields newer than the constructs',
    objects: containerSet({ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] }),
  },
];
