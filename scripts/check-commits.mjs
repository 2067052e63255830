// Checks the subjects of the commits since `origin/main` or, without it, since the last tag: at most 72
// characters, in the imperative, without a full stop. Older commits are left as they are.
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

const LONGEST = 72;
/** `lint: `, `feat(lint)!: `. */
const SCOPE = /^[a-z][\w/.-]*(\([\w/., -]+\))?!?: /;
/** Past tense, gerund or third person of the verbs with which subjects begin: a list, since English has no rule for it. */
const VERBS = [
  ...['add', 'allow', 'apply', 'build', 'bump', 'change', 'check', 'clean', 'correct', 'create', 'delete', 'describe'],
  ...['document', 'drop', 'enable', 'ensure', 'explain', 'extend', 'fix', 'handle', 'implement', 'improve', 'keep'],
  ...['list', 'load', 'make', 'merge', 'move', 'parse', 'pin', 'print', 'read', 'refactor', 'refuse', 'regenerate'],
  ...['remove', 'rename', 'render', 'replace', 'report', 'require', 'revert', 'rewrite', 'run', 'share', 'show'],
  ...['simplify', 'skip', 'split', 'start', 'stop', 'support', 'test', 'update', 'upgrade', 'use', 'validate', 'write'],
];
const IRREGULAR = { built: 'build', made: 'make', kept: 'keep', ran: 'run', shown: 'show', wrote: 'write' };
const NOT_IMPERATIVE = new Map([
  ...VERBS.flatMap((verb) => forms(verb).map((form) => [form, verb])),
  ...Object.entries(IRREGULAR),
]);

function forms(verb) {
  const stem = verb.replace(/e$/, '');
  const doubled = /[^aeiou][aeiou][bdgmnpt]$/.test(verb) ? verb + verb.at(-1) : stem;
  const past = /[^aeiou]y$/.test(verb) ? verb.replace(/y$/, 'ied') : `${doubled}ed`;
  const third = /[^aeiou]y$/.test(verb)
    ? verb.replace(/y$/, 'ies')
    : /(s|x|z|ch|sh)$/.test(verb)
      ? `${verb}es`
      : `${verb}s`;
  return [past, third, `${doubled}ing`].filter((form) => form !== 'readed');
}

/** The problem of a subject, and what to do; undefined where there is none. */
export function subjectProblem(subject) {
  const length = [...subject].length;
  if (length > LONGEST) return `has ${length} characters; use at most ${LONGEST}`;
  if (/[^.]\.$/.test(subject)) return 'ends with a full stop; leave it out';
  const [first = ''] = subject.replace(SCOPE, '').split(/[^\p{L}-]/u);
  const verb = NOT_IMPERATIVE.get(first.toLowerCase());
  return verb === undefined ? undefined : `begins with '${first}'; use the imperative, '${verb}'`;
}

function git(...args) {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** The commit after which subjects are checked, and its name; undefined where there is none. */
function base() {
  const fork = git('merge-base', 'HEAD', 'origin/main');
  if (fork) return { from: fork, name: 'origin/main' };
  const tag = git('describe', '--tags', '--abbrev=0');
  return tag ? { from: tag, name: tag } : undefined;
}

function main() {
  const since = base();
  if (since === undefined) {
    console.log('commit subjects are not checked: there is neither origin/main nor a tag in this clone');
    return;
  }
  const log = git('log', '--no-merges', '--format=%h %s', `${since.from}..HEAD`) ?? '';
  const commits = log.split('\n').filter((line) => line !== '');
  const problems = commits.flatMap((line) => {
    const [hash, ...words] = line.split(' ');
    const problem = subjectProblem(words.join(' '));
    return problem === undefined ? [] : [`${hash} ${words.join(' ')}\n  the subject ${problem}`];
  });
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`${commits.length} commit subjects since ${since.name} are fine`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
