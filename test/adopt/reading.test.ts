import { adoptAll } from '../../src/adopt/adopt';

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: 'acme/web:1', ports: [{ containerPort: 80 }] }] }
`;
const web = { name: 'deploy/web.yaml', text: DEPLOYMENT };

describe('the files that adopt reads', () => {
  test.each([
    ['deploy/values.yaml', 'replicaCount: 1\nimage: { tag: a }\n'],
    ['deploy/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n'],
    ['deploy/package.json', '{ "name": "web" }'],
    ['deploy/list.yaml', '- 1\n- 2\n'],
    ['deploy/empty.yaml', '# nothing\n---\n'],
    ['deploy/kustomization.yaml', 'kind: Kustomization\nresources: [web.yaml]\n'],
  ])('may be %s, which holds no object', (name, text) => {
    const { adopted, refused } = adoptAll([web, { name, text }]);
    expect(refused).toEqual([]);
    expect(adopted.map(({ verbatim, notes }) => [verbatim, notes])).toEqual([[[], []]]);
  });

  test.each([
    ['namePrefix: prod-'],
    ['images: [{ name: acme/web, newTag: "2" }]'],
    ['patches: [{ path: more.yaml }]'],
    ['configMapGenerator: [{ name: a, literals: [b=c] }]'],
  ])('must not be a kustomization with %s, which changes objects', (field) => {
    const file = { name: 'deploy/kustomization.yaml', text: `resources: [web.yaml]\n${field}\n` };
    expect(() => adoptAll([web, file])).toThrow('kustomize build deploy | cdk8s-canary adopt -');
  });

  test('are all named, with the place, if they cannot be read', () => {
    const broken = [
      { name: 'a.yaml', text: 'a: 1\nb: [1\n' },
      { name: 'chart/b.yaml', text: 'kind: Deployment\nmetadata: {name: {{ .Values.name }}}\n' },
    ];
    expect(() => adoptAll([web, ...broken])).toThrow(
      /^a\.yaml:2:\d+: not valid YAML: .*\nchart\/b\.yaml:2:\d+: not valid YAML: .*'helm template'/,
    );
  });

  test('are named, with the place, where two objects have no separator, of which kubectl keeps the last one', () => {
    const two = { name: 'a.yaml', text: 'kind: ConfigMap\nmetadata: {name: a}\nkind: Secret\nmetadata: {name: b}\n' };
    expect(() => adoptAll([web, two])).toThrow(/^a\.yaml:3:1: 'kind' is given twice; .*\na\.yaml:4:1: 'metadata' is/);
    const values = { name: 'values.yaml', text: 'replicaCount: 1\nreplicaCount: 2\n' };
    expect(adoptAll([web, values]).adopted).toHaveLength(1);
  });

  test('may have a workload without a name, which is refused alone', () => {
    const { adopted, refused } = adoptAll([web, { name: 'b.yaml', text: 'kind: Rollout\nspec: {}\n' }]);
    expect(adopted).toHaveLength(1);
    expect(refused).toEqual([expect.objectContaining({ reason: 'it has no metadata.name; give it one' })]);
  });
});
