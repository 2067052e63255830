// Every wrong value at every place of every reader's example: `npm run fuzz -- --places[=READER]`.
import { Attempts } from './attempt';
import { READERS } from './readers';
import { variants } from './wrong-values';

/** Runs them. Returns how many kinds of errors there are. */
export async function everyPlace(only: string, each: number, say: (text: string) => void): Promise<number> {
  const kinds = new Set<string>();
  let total = 0;
  for (const reader of READERS.filter(({ name }) => name.includes(only))) {
    const attempts = new Attempts(reader);
    const begun = Date.now();
    let count = 0;
    for (const command of reader.commands) {
      const first = await attempts.problem(command, reader.text);
      if (first !== undefined) say(`${reader.name}, ${command.join(' ')}, valid: ${first}\n`);
      for (const { what, text } of variants(reader.text, each, count)) {
        count++;
        const problem = await attempts.problem(command, text);
        if (problem === undefined) continue;
        const kind = `${command[0]} ${problem.split('\n').slice(1, 4).join(' ').replace(/\d+/g, 'N')}`;
        if (kinds.has(kind)) continue;
        kinds.add(kind);
        say(`${reader.name}: ${command.join(' ')}: ${what}\n${problem.split('\n').slice(0, 10).join('\n')}\n\n`);
      }
    }
    attempts.remove();
    total += count;
    say(`${reader.name}: ${count} inputs, ${((Date.now() - begun) / 1000).toFixed(0)} s\n`);
  }
  say(`${total} inputs, ${kinds.size} kinds of errors\n`);
  return kinds.size;
}
