import type { Command } from 'commander';
import { packageVersion } from '../formats/package-version';
import { didYouMean } from '../formats/did-you-mean';
import { InputError } from '../formats/input-error';
import { type DescribedCommand, describeCommands } from './describe';
import type { Io } from './io';

/** Prints a manual page; the build puts all of them into the package. */
export function configure(command: Command, io: Io, run: (action: (name?: string) => Promise<number>) => void): void {
  command.argument('[command]', 'command whose page is wanted');
  run((name) => {
    const commands = describeCommands(command.parent!);
    if (name === undefined) {
      io.out(programPage(commands));
      return Promise.resolve(0);
    }
    const found = commands.find((one) => one.name === name);
    if (!found)
      throw new InputError(
        `there is no command '${name}'${didYouMean(
          name,
          commands.map((one) => one.name),
        )}`,
      );
    io.out(commandPage(found));
    return Promise.resolve(0);
  });
}

/** A text for roff, in which a dot or a quote at the beginning of a line would be a request. */
const roff = (text: string): string =>
  text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/^([.'])/gm, '\\&$1');

const header = (name: string): string => `.TH "${name.toUpperCase()}" 1 "" "cdk8s\\-canary ${packageVersion()}"\n`;

function programPage(commands: readonly DescribedCommand[]): string {
  const list = commands.map(({ name, summary }) => `.TP\n.BR cdk8s\\-canary\\-${roff(name)} (1)\n${roff(summary)}\n`);
  return `${header('cdk8s-canary')}.SH NAME
cdk8s\\-canary \\- canary releases with Argo Rollouts, Istio and Prometheus
.SH SYNOPSIS
.B cdk8s\\-canary
.I command
[options]
.SH DESCRIPTION
Renders canary releases, and finds what is wrong with them before they run.
.SH COMMANDS
${list.join('')}`;
}

function commandPage({ name, summary, usage, options, notes, arguments: given }: DescribedCommand): string {
  const args = given.map((one) => `.TP\n.I ${roff(one.name)}\n${roff(one.description)}\n`);
  const flags = options.map(({ flags: shown, description, choices }) => {
    const values = choices.length > 0 ? ` One of ${choices.join(', ')}.` : '';
    return `.TP\n.B ${roff(shown)}\n${roff(description)}.${roff(values)}\n`;
  });
  return `${header(`cdk8s-canary-${name}`)}.SH NAME
cdk8s\\-canary\\-${roff(name)} \\- ${roff(summary)}
.SH SYNOPSIS
.B cdk8s\\-canary ${roff(name)}
${roff(usage)}
${args.length > 0 ? `.SH ARGUMENTS\n${args.join('')}` : ''}${flags.length > 0 ? `.SH OPTIONS\n${flags.join('')}` : ''}${
    notes === '' ? '' : `.SH NOTES\n.nf\n${roff(notes)}\n.fi\n`
  }.SH SEE ALSO
.BR cdk8s\\-canary (1)
`;
}
