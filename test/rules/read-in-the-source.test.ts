// What Argo CD, the Prometheus Operator and KEDA refuse or do, as their sources say.
import { RULES } from '../../src/rules';
import { describeRule, type RuleCase } from './describe-rule';

const application = (spec: string, destination = 'server: https://kubernetes.default.svc'): string => `
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop, namespace: argocd }
spec:
  project: default
  destination: { ${destination}, namespace: shop }
  ${spec}
`;
const REPO = 'repoURL: https://git.example.com/shop.git';

const monitor = (endpoint: string): string => `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: shop, namespace: shop }
spec: { selector: { matchLabels: { app: shop } }, endpoints: [{ port: http, ${endpoint} }] }
`;
const relabel = (fields: string): string => monitor(`relabelings: [{ ${fields} }]`);
const SECRET = '{ secret: { name: a, key: b } }';

const scaled = (fields: string, type = 'prometheus'): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: shop, namespace: shop }
spec:
  selector: { matchLabels: { app: a } }
  template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: 'a:1' }] } }
  strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: shop, namespace: shop }
spec:
  scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: shop }
  ${fields}
  triggers: [{ type: ${type}, metadata: { value: '60', query: up, threshold: '1', serverAddress: 'http://p:9090' } }]
`;

const CASES: Readonly<Record<string, readonly RuleCase[]>> = {
  GIT017: [
    {
      name: 'a ref alone, as the one source',
      manifest: application(`source: { ${REPO}, ref: values }`),
      finds: [
        {
          message: 'a source of Application argocd/shop has neither a path nor a chart',
          hint: 'a ref alone is a source only under sources, beside others',
        },
      ],
    },
    {
      name: 'a ref beside a chart',
      manifest: application(`sources: [{ ${REPO}, ref: values }, { ${REPO}, chart: shop, targetRevision: 1.2.0 }]`),
    },
    {
      name: 'a chart without a version',
      manifest: application(`source: { ${REPO}, chart: shop }`),
      finds: [{ message: 'a source of Application argocd/shop has a chart and no version', severity: 'error' }],
    },
    {
      name: 'a path beside a chart',
      manifest: application(`source: { ${REPO}, chart: shop, path: deploy, targetRevision: 1.2.0 }`),
      finds: [{ severity: 'warning' }],
    },
    {
      name: 'two kinds of source',
      manifest: application(`source: { ${REPO}, path: deploy, helm: {}, kustomize: {} }`),
      finds: [
        {
          message: 'a source of Application argocd/shop has both helm and kustomize, of which Argo CD accepts one',
        },
      ],
    },
    {
      name: 'a server and a name',
      manifest: application(`source: { ${REPO}, path: . }`, 'server: https://a.example.com, name: a'),
      finds: [{ message: expect.stringContaining('both a server and a name') as string }],
    },
    { name: 'a folder with kustomize', manifest: application(`source: { ${REPO}, path: deploy, kustomize: {} }`) },
  ],
  MON014: [
    {
      name: 'a certificate in two forms',
      manifest: monitor(
        `tlsConfig: { certFile: /a.crt, cert: ${SECRET}, keyFile: /a.key, ca: ${SECRET}, caFile: /ca.crt }`,
      ),
      finds: [
        { message: 'ServiceMonitor shop/shop has both certFile and cert' },
        { message: 'ServiceMonitor shop/shop has both caFile and ca' },
      ],
    },
    {
      name: 'a maximum below the minimum',
      manifest: monitor('tlsConfig: { minVersion: TLS13, maxVersion: TLS12 }'),
      finds: [{ message: 'maxVersion of ServiceMonitor shop/shop is TLS12, below minVersion (TLS13)' }],
    },
    {
      name: 'an empty certificate is none',
      manifest: monitor('tlsConfig: { cert: {}, minVersion: TLS12, maxVersion: TLS12 }'),
    },
    {
      name: 'a hash without a modulus',
      manifest: relabel('action: hashmod, sourceLabels: [a], targetLabel: b'),
      finds: [{ message: 'a relabeling of ServiceMonitor shop/shop with hashmod has no modulus' }],
    },
    {
      name: 'a replacement without a target',
      manifest: relabel('sourceLabels: [a], replacement: x'),
      finds: [{ message: 'a relabeling of ServiceMonitor shop/shop has no targetLabel, which replace needs' }],
    },
    {
      name: 'labels to drop by their source',
      manifest: relabel('action: labeldrop, sourceLabels: [a], regex: b'),
      finds: [{ message: 'a relabeling of ServiceMonitor shop/shop has sourceLabels, which labeldrop refuses' }],
    },
    {
      name: 'a replacement in lower case',
      manifest: relabel('action: lowercase, sourceLabels: [a], targetLabel: b, replacement: x'),
      finds: [{ message: 'a relabeling of ServiceMonitor shop/shop has replacement, which lowercase refuses' }],
    },
    {
      name: 'defaults written out',
      manifest: relabel(
        "action: LabelDrop, regex: b, sourceLabels: [], separator: ';', replacement: $1, targetLabel: ''",
      ),
    },
    { name: 'a hash', manifest: relabel('action: HashMod, sourceLabels: [a], targetLabel: b, modulus: 4') },
  ],
  SCL008: [
    {
      name: 'zero while it is idle, whatever the minimum is',
      manifest: scaled('minReplicaCount: 3\n  idleReplicaCount: 0'),
      finds: [
        {
          message: 'ScaledObject shop/shop scales Rollout shop/shop to zero while it is idle',
          line: 15,
          severity: 'advice',
        },
      ],
    },
    { name: 'never idle', manifest: scaled('minReplicaCount: 3\n  idleReplicaCount: 0', 'cpu') },
    { name: 'a minimum', manifest: scaled('minReplicaCount: 3') },
  ],
  SCH008: [
    {
      name: 'capitals in a group',
      manifest: 'apiVersion: Keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: a }\n',
      finds: [
        {
          message: "no group is called 'Keda.sh': a group has small letters only",
          hint: "did you mean 'keda.sh'?",
          fix: expect.objectContaining({ title: "write 'keda.sh'" }) as never,
        },
      ],
    },
    {
      name: 'capitals in a group of nobody we know',
      manifest: 'apiVersion: shop.Example.com/v1\nkind: Cart\nmetadata: { name: a }\n',
      finds: [{ severity: 'error' }],
    },
    {
      name: 'a file of another program',
      manifest: 'apiVersion: MyTool/v2\nkind: Settings\nmetadata: { name: a }\n',
    },
  ],
  ROL042: [
    {
      name: 'the limit of a volume',
      manifest: scaled('minReplicaCount: 3').replace(
        'containers:',
        'volumes: [{ name: tmp, emptyDir: { sizeLimit: 1024Mi } }], containers:',
      ),
      finds: [{ message: 'the controller writes 1Gi for the 1024Mi of Rollout shop/shop' }],
    },
    {
      name: 'in canonical form',
      manifest: scaled('minReplicaCount: 3').replace(
        'containers:',
        'volumes: [{ name: tmp, emptyDir: { sizeLimit: 1Gi } }], containers:',
      ),
    },
  ],
  REF026: [
    {
      name: 'configuration that no checksum follows',
      manifest: configured(''),
      finds: [
        {
          message:
            "both versions of Rollout shop/shop read the ConfigMap 'settings', so a change of it starts no rollout, and an abort does not bring its old content back",
        },
      ],
    },
    {
      name: 'with a checksum in the pod template',
      manifest: configured("annotations: { checksum/config: '1f0c' }, "),
      finds: [
        {
          message:
            "both versions of Rollout shop/shop read the ConfigMap 'settings', so an abort does not bring its old content back",
        },
      ],
    },
    { name: 'an immutable one', manifest: configured('', 'immutable: true\n') },
  ],
};

function configured(annotations: string, more = ''): string {
  return `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: shop, namespace: shop }
spec:
  selector: { matchLabels: { app: a } }
  template: { metadata: { ${annotations}labels: { app: a } }, spec: { containers: [{ name: a, image: 'a:1', envFrom: [{ configMapRef: { name: settings } }] }] } }
  strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: shop }
data: { level: info }
${more}`;
}

for (const [code, cases] of Object.entries(CASES)) {
  describeRule(
    RULES.find((rule) => rule.code === code)!,
    cases,
  );
}
