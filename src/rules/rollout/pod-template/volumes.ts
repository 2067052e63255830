import type { Field } from '../../../graph';
import type { Report } from '../../shared/rule';
import { mustBeWithin, mustHaveOne, mustNotGoUp, mustStayInside, refuse } from './say';
import { checkDownwardFile } from './variables';

const SOURCES = [
  ...['emptyDir', 'configMap', 'secret', 'projected', 'persistentVolumeClaim', 'ephemeral', 'csi', 'downwardAPI'],
  ...['hostPath', 'nfs', 'image', 'gitRepo', 'gcePersistentDisk', 'awsElasticBlockStore', 'iscsi', 'glusterfs'],
  ...['flocker', 'rbd', 'cinder', 'cephfs', 'quobyte', 'fc', 'flexVolume', 'azureFile', 'vsphereVolume'],
  ...['photonPersistentDisk', 'portworxVolume', 'azureDisk', 'storageos', 'scaleIO'],
];
/** 0777: the rights of a file, without special bits. */
const RIGHTS = 0o777;
const SHORTEST_TOKEN = 600;
const LONGEST_TOKEN = 2 ** 32;

/**
 * The volumes of a pod, besides their names.
 *
 * @see pkg/apis/core/validation/validation.go of Kubernetes 1.37, `validateVolumeSource`
 */
export function checkVolumes(spec: Field, report: Report): void {
  for (const volume of spec.get('volumes').items()) {
    // Without any, it is an emptyDir by default.
    if (SOURCES.filter((key) => volume.get(key).exists).length > 1) mustHaveOne(report, volume, SOURCES, 'source');
    const [configMap, secret] = [volume.get('configMap'), volume.get('secret')];
    named(configMap, 'name', report);
    named(secret, 'secretName', report);
    for (const source of [configMap, secret, volume.get('downwardAPI'), volume.get('projected')]) {
      rights(source.get('defaultMode'), report);
    }
    items(configMap, report);
    items(secret, report);
    downward(volume.get('downwardAPI'), report);
    checkProjected(volume.get('projected'), report);
    mustNotGoUp(report, volume.get('hostPath', 'path'));
    const size = volume.get('emptyDir', 'sizeLimit');
    if (/^-/.test(String(size.value ?? ''))) refuse(report, size, 'and must not be negative');
    const path = volume.get('nfs', 'path');
    if (path.string && !path.string.startsWith('/')) refuse(report, path, 'and must be an absolute path');
    const claim = volume.get('ephemeral');
    if (claim.exists && !claim.get('volumeClaimTemplate').exists) report(claim, `${claim} has no volumeClaimTemplate`);
  }
}

function checkProjected(projected: Field, report: Report): void {
  const paths = new Map<string, Field>();
  for (const source of projected.get('sources').items()) {
    const [configMap, secret] = [source.get('configMap'), source.get('secret')];
    named(configMap, 'name', report);
    named(secret, 'name', report);
    const token = source.get('serviceAccountToken');
    mustBeWithin(report, token.get('expirationSeconds'), SHORTEST_TOKEN, LONGEST_TOKEN);
    mustStayInside(report, token.get('path'));
    items(configMap, report);
    items(secret, report);
    downward(source.get('downwardAPI'), report);
    for (const file of [configMap, secret, source.get('downwardAPI')].flatMap((one) => one.get('items').items())) {
      const path = file.get('path');
      if (!path.string) continue;
      const first = paths.get(path.string);
      if (first === undefined) paths.set(path.string, path);
      else {
        report(path, `${path} is '${path.string}', as that of another file in the volume`, {
          related: { field: first, message: 'the other one' },
        });
      }
    }
  }
}

function named(source: Field, key: string, report: Report): void {
  if (source.exists && !source.get(key).value) report(source, `${source} has no ${key}`);
}

function items(source: Field, report: Report): void {
  for (const file of source.get('items').items()) checkFile(file, report);
}

function downward(source: Field, report: Report): void {
  for (const file of source.get('items').items()) {
    checkFile(file, report);
    checkDownwardFile(file, report);
  }
}

function checkFile(file: Field, report: Report): void {
  const path = file.get('path');
  if (path.string?.startsWith('..') && !path.string.startsWith('../') && path.string !== '..') {
    refuse(report, path, "and must not begin with '..'");
  } else mustStayInside(report, path);
  rights(file.get('mode'), report);
}

function rights(mode: Field, report: Report): void {
  const { number } = mode;
  if (number === undefined || (number >= 0 && number <= RIGHTS)) return;
  const octal = /^[0-7]{3}$/.test(String(number)) ? `write 0${number}, which is octal` : 'it is from 0 to 0777';
  refuse(report, mode, 'which is more than 0777 (511)', octal);
}

/**
 * Where volumes are mounted, besides their names and paths.
 *
 * @see pkg/apis/core/validation/validation.go of Kubernetes 1.37, `ValidateVolumeMounts` and `ValidateVolumeDevices`
 */
export function checkMountPaths(container: Field, report: Report): void {
  const mounts = container.get('volumeMounts').items();
  for (const mount of mounts) {
    const [path, expression] = [mount.get('subPath'), mount.get('subPathExpr')];
    mustStayInside(report, path);
    mustStayInside(report, expression);
    if (path.value && expression.value) {
      report(expression, `${mount} has both subPath and subPathExpr`, { on: 'key', hint: 'use one of them' });
    }
    const recursive = mount.get('recursiveReadOnly');
    if (!['Enabled', 'IfPossible'].includes(recursive.string ?? '')) continue;
    if (mount.get('readOnly').boolean !== true) refuse(report, recursive, 'and the mount is not readOnly');
  }
  const names = new Map(mounts.map((mount) => [mount.get('name').string, mount.get('name')]));
  for (const device of container.get('volumeDevices').items()) {
    const name = device.get('name');
    const mount = name.string === undefined ? undefined : names.get(name.string);
    if (mount) refuse(report, name, 'which is mounted too', 'use it as a device or as files');
  }
}
