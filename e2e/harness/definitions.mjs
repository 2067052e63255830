// The definitions of the custom resources, from the Go modules that the conformance run pins.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Each with the folder of the go.mod that pins it, and the files inside the module. */
const SOURCES = [
  { folder: 'conformance/istio', module: 'istio.io/istio', files: ['manifests/charts/base/files/crd-all.gen.yaml'] },
  { folder: 'conformance/istio', module: 'sigs.k8s.io/gateway-api', files: ['config/crd/standard'] },
  {
    folder: 'conformance/prometheus',
    module: 'github.com/prometheus-operator/prometheus-operator',
    files: ['example/prometheus-operator-crd'],
  },
];

function moduleFolder(folder, module, modfile) {
  const args = ['list', '-m', ...(modfile ? [`-modfile=${modfile}`] : []), '-f', '{{.Dir}}', module];
  const { stdout, stderr } = spawnSync('go', args, { cwd: folder, encoding: 'utf8' });
  if (stdout.trim() === '') throw new Error(`${module} is not downloaded: ${stderr}`);
  return stdout.trim();
}

function documentsIn(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isDirectory()) return readdirSync(path).flatMap((name) => documentsIn(join(path, name)));
  if (!/\.ya?ml$/.test(path)) return [];
  return parseAllDocuments(readFileSync(path, 'utf8')).map((one) => one.toJS());
}

const isDefinition = (one) => one?.kind === 'CustomResourceDefinition';

/** Without its definitions the API server would know no kind, and say so much later. */
function definitionsIn(path) {
  const found = documentsIn(path).filter(isDefinition);
  if (found.length === 0) throw new Error(`there are no definitions in ${path}; run once without --built`);
  return found;
}

/** What everything but Argo Rollouts defines. */
export const definitions = () =>
  SOURCES.flatMap(({ folder, module, files }) => {
    const root = moduleFolder(folder, module);
    return files.flatMap((file) => definitionsIn(join(root, file)));
  });

/** What a release of Argo Rollouts defines. */
export const rolloutDefinitions = (release) =>
  definitionsIn(
    join(
      moduleFolder('e2e/control-plane', 'github.com/argoproj/argo-rollouts', `releases/${release}.mod`),
      'manifests/crds',
    ),
  );
