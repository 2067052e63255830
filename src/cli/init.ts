import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { SCAFFOLDS, cdk8sScaffold, specScaffold } from '../canaryfile/init';
import { type Io, UsageError } from './io';

interface InitFlags {
  readonly type: (typeof SCAFFOLDS)[number];
  readonly name?: string;
}

/** Makes something to begin with. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (folder: string, flags: InitFlags) => Promise<number>) => void,
): void {
  command
    .argument('[folder]', 'where', '.')
    .addOption(new Option('--type <type>', 'a folder of specs, or a cdk8s project').choices(SCAFFOLDS).default('specs'))
    .option('--name <app>', "the first app's name (default: the folder's)");
  run((folder, flags) => init(resolve(io.cwd, folder), folder, flags, io));
}

async function init(folder: string, shown: string, { type, name }: InitFlags, io: Io): Promise<number> {
  const app = name ?? basename(folder).toLowerCase();
  if (!/^[a-z]([-a-z0-9]{0,52}[a-z0-9])?$/.test(app)) {
    throw new UsageError(
      `'${app.slice(0, 60)}' cannot be the name of an app; give --name with lower-case letters, digits and '-'`,
    );
  }
  const { files, next } = type === 'specs' ? specScaffold(app) : cdk8sScaffold(app);
  const there = Object.keys(files).filter((file) => existsSync(join(folder, file)));
  if (there.length > 0) throw new UsageError(`${there.join(', ')} exists already in ${shown}; nothing was written`);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text, { flag: 'wx' });
    io.out(`${join(shown, file)}\n`);
  }
  io.out(`\nNext${shown === '.' ? '' : `, in ${shown}`}: ${next}\n`);
  return 0;
}
