import { Argument, type Command } from 'commander';
import { type DescribedCommand, type DescribedOption, describeCommands } from './describe';
import type { Io } from './io';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

type Shell = (typeof SHELLS)[number];

export function configure(command: Command, io: Io, run: (action: (shell: Shell) => Promise<number>) => void): void {
  command.addArgument(new Argument('<shell>', 'shell that shall complete').choices(SHELLS)).addHelpText(
    'after',
    `
  eval "$(cdk8s-canary completion bash)"                          # in ~/.bashrc
  source <(cdk8s-canary completion zsh)                           # in ~/.zshrc, behind compinit
  cdk8s-canary completion fish | source                           # in ~/.config/fish/config.fish
  cdk8s-canary completion powershell | Out-String | iex           # in $PROFILE`,
  );
  run((shell) => {
    io.out(SCRIPTS[shell](describeCommands(command.parent!)));
    return Promise.resolve(0);
  });
}

/** The ways to write an option. */
const spellings = ({ short, long }: DescribedOption): string[] => [...(short && short !== long ? [short] : []), long];

const choicesOf = (command: DescribedCommand): string => command.arguments.flatMap(({ choices }) => choices).join(' ');

/** A text in single quotes, for a POSIX shell. */
const posix = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;

const SCRIPTS: { readonly [shell in Shell]: (commands: readonly DescribedCommand[]) => string } = {
  bash,
  zsh,
  fish,
  powershell,
};

function bash(commands: readonly DescribedCommand[]): string {
  const cases = commands.map((command) => {
    const values = command.options
      .filter(({ choices }) => choices.length > 0)
      .map((option) => `        ${spellings(option).join('|')}) words=${posix(option.choices.join(' '))} ;;\n`);
    const files = command.options.filter(({ takesValue, choices }) => takesValue && choices.length === 0);
    const other = files.length === 0 ? '' : `        ${files.flatMap(spellings).join('|')}) words= ;;\n`;
    const flags = posix(command.options.flatMap(spellings).join(' '));
    const words = posix(choicesOf(command));
    return `    ${command.name})
      case "$previous" in
${values.join('')}${other}        *) if [[ $current == -* ]]; then words=${flags}; else words=${words}; fi ;;
      esac ;;
`;
  });
  return `# bash completion of cdk8s-canary
_cdk8s_canary() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]} words=
  if ((COMP_CWORD == 1)); then
    words=${posix([...commands.map(({ name }) => name), 'help', '--help', '--version'].join(' '))}
  else case $command in
${cases.join('')}    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _cdk8s_canary cdk8s-canary
`;
}

function zsh(commands: readonly DescribedCommand[]): string {
  const plain = (text: string): string => text.replace(/[[\]:\\]/g, '\\$&');
  const cases = commands.map(({ name, options, arguments: given }) => {
    const specs = options.flatMap((option) =>
      spellings(option).map((flag) => {
        const { takesValue, choices, description } = option;
        const value = choices.length > 0 ? `:value:(${choices.join(' ')})` : takesValue ? ':value:_files' : '';
        return posix(`*${flag}[${plain(description)}]${value}`);
      }),
    );
    const choices = given.flatMap((one) => one.choices);
    const rest = posix(choices.length > 0 ? `*:value:(${choices.join(' ')})` : '*:file:_files');
    return `    ${name}) _arguments ${[...specs, rest].join(' ')} ;;\n`;
  });
  const names = commands.map(({ name, summary }) => posix(`${name}:${plain(summary)}`));
  return `#compdef cdk8s-canary
_cdk8s_canary() {
  local -a commands
  commands=(${names.join(' ')})
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join('')}  esac
}
compdef _cdk8s_canary cdk8s-canary
`;
}

function fish(commands: readonly DescribedCommand[]): string {
  const quote = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const lines = commands.flatMap((command) => {
    const { name, summary, options } = command;
    const here = `complete -c cdk8s-canary -n '__fish_seen_subcommand_from ${name}'`;
    const choices = choicesOf(command);
    return [
      `complete -c cdk8s-canary -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
      ...(choices === '' ? [] : [`${here} -f -a ${quote(choices)}`]),
      ...options.map(({ short, long, description, takesValue, choices: values }) => {
        const flags = `${short && short !== long ? ` -s ${short.slice(1)}` : ''} -l ${long.replace(/^--/, '')}`;
        const value = values.length > 0 ? ` -x -a ${quote(values.join(' '))}` : takesValue ? ' -r' : '';
        return `${here}${flags}${value} -d ${quote(description)}`;
      }),
    ];
  });
  return `# fish completion of cdk8s-canary\n${lines.join('\n')}\n`;
}

function powershell(commands: readonly DescribedCommand[]): string {
  const quote = (text: string): string => `'${text.replace(/'/g, "''")}'`;
  const list = (texts: readonly string[]): string => `@(${texts.map(quote).join(', ')})`;
  const entries = commands.map((command) => {
    const values = command.options
      .filter(({ choices }) => choices.length > 0)
      .flatMap((option) => spellings(option).map((flag) => `${quote(flag)} = ${list(option.choices)}`));
    const flags = list(command.options.flatMap(spellings));
    const words = list(command.arguments.flatMap(({ choices }) => choices));
    return `    ${quote(command.name)} = @{ flags = ${flags}; words = ${words}; values = @{ ${values.join('; ')} } }\n`;
  });
  return `# PowerShell completion of cdk8s-canary
Register-ArgumentCompleter -Native -CommandName cdk8s-canary -ScriptBlock {
  param($word, $ast, $position)
  $commands = @{
${entries.join('')}  }
  $typed = @($ast.CommandElements | ForEach-Object { $_.ToString() })
  $before = if ($word -eq '') { $typed } else { @($typed | Select-Object -SkipLast 1) }
  if ($before.Count -lt 2) { $words = @($commands.Keys) + @('help', '--help', '--version') }
  else {
    $command = $commands[$before[1]]
    if ($null -eq $command) { return }
    if ($command.values.ContainsKey($before[-1])) { $words = $command.values[$before[-1]] }
    elseif ($word.StartsWith('-')) { $words = $command.flags }
    else { $words = $command.words }
  }
  $words | Sort-Object | Where-Object { $_ -like "$word*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
  }
}
`;
}
