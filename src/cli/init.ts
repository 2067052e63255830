import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { SCAFFOLDS, cdk8sScaffold, specScaffold } from '../canaryfile/init';
import { InputError } from '../formats/input-error';
import { writeWholeFile } from '../formats/write-file';
import type { Io } from './io';

interface InitFlags {
  readonly type: (typeof SCAFFOLDS)[number];
  readonly name?: string;
}

/** Creates the first files of a project. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (folder: string, flags: InitFlags) => Promise<number>) => void,
): void {
  command
    .argument('[folder]', 'folder to create files in', '.')
    .addOption(
      new Option('--type <type>', 'specs: a folder of canary files; cdk8s: a cdk8s project')
        .choices(SCAFFOLDS)
        .default('specs'),
    )
    .option('--name <app>', 'name of the first app (default: the name of the folder)');
  run((folder, flags) => init(resolve(io.cwd, folder), folder, flags, io));
}

async function init(folder: string, shown: string, { type, name }: InitFlags, io: Io): Promise<number> {
  const app = name ?? basename(folder).toLowerCase();
  if (!/^[a-z]([-a-z0-9]{0,52}[a-z0-9])?$/.test(app)) {
    throw new InputError(
      `'${app.slice(0, 60)}' is not a valid name of an app; give --name with lower-case letters, digits and '-'`,
    );
  }
  const { files, next } = type === 'specs' ? specScaffold(app) : cdk8sScaffold(app);
  const there = Object.keys(files).filter((file) => existsSync(join(folder, file)));
  if (there.length > 0)
    throw new InputError(
      `${there.join(', ')} already exist${there.length === 1 ? 's' : ''} in ${shown}; nothing was written`,
    );
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeWholeFile(join(folder, file), text, { isNew: true });
    io.out(`${join(shown, file)}\n`);
  }
  io.out(`\nNext${shown === '.' ? '' : `, in ${shown}`}: ${next}\n`);
  return 0;
}
