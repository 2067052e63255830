import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import * as ts from 'typescript';
import { graphOfLoaded, loadManifests } from '../../src/graph';
import { lintWith } from '../../src/lint/engine/versions';
import { RULES } from '../../src/rules';
import { examplesOn } from './describe-rule';
import { REFUSALS } from './refusals/all';
import { REASONS } from './refusals/refusal';

const SRC = join(__dirname, '../../src');
const CONSTRUCTS = ['app', 'rollout', 'traffic', 'analysis', 'monitoring', 'gitops', 'openshift'];

/** What constructs and rules share of their messages. */
const SHARED = ['formats/istio-values.ts'];

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((one) =>
    one.isDirectory() ? filesIn(join(folder, one.name)) : one.name.endsWith('.ts') ? [join(folder, one.name)] : [],
  );

/** The text of a literal, with `…` for what is filled in. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
}

/** The texts of a file that can be messages: those of four words and more. */
function textsIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const text = textOf(node)?.replace(/\s+/g, ' ');
    if (text !== undefined && text.trim().split(' ').length >= 4) found.add(text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found];
}

const TEXTS: Record<string, string[]> = Object.fromEntries(
  [...CONSTRUCTS.flatMap((folder) => filesIn(join(SRC, folder))), ...SHARED.map((file) => join(SRC, file))]
    .map((file) => [relative(SRC, file).replaceAll('\\', '/'), textsIn(file)] as const)
    .filter(([, texts]) => texts.length > 0),
);

/** Spaces count once, as in a message. */
const isOf = (part: string, text: string): boolean => text.includes(part.replace(/\s+/g, ' '));

describe('what the constructs refuse', () => {
  test('every text of a construct is answered: by a rule, or by a reason why manifests cannot show it', () => {
    const unanswered = Object.entries(TEXTS).flatMap(([file, texts]) =>
      texts
        .filter((text) => !(REFUSALS[file] ?? []).some(([part]) => isOf(part, text)))
        .map((text) => `${file}: ${text}`),
    );
    expect(unanswered).toEqual([]);
  });

  test('no answer is left of a text that is gone', () => {
    const stale = Object.entries(REFUSALS).flatMap(([file, answers]) =>
      answers
        .filter(([part]) => !(TEXTS[file] ?? []).some((text) => isOf(part, text)))
        .map(([part]) => `${file}: ${part}`),
    );
    expect(stale).toEqual([]);
  });

  const byRule = Object.entries(REFUSALS).flatMap(([file, answers]) =>
    answers.flatMap((answer) => (answer.length === 3 ? [[file, ...answer] as const] : [])),
  );

  test.each(byRule)('%s: "%s" is %s in manifests', (_file, _text, code, manifest) => {
    const rule = RULES.find((one) => one.code === code);
    const graph = graphOfLoaded(loadManifests([{ name: 'app.yaml', text: manifest }]));
    const { findings } = lintWith(RULES, graph, { closedWorld: true, ...(rule && examplesOn(rule)) });
    const codes = findings.flatMap((one) => [one.code, ...one.consequences.map((other) => other.code)]);
    expect(codes).toContain(code);
  });

  test('most refusals are rules, and each reason is used', () => {
    const reasons = Object.values(REFUSALS).flatMap((answers) =>
      answers.flatMap((answer) => (answer.length === 2 ? [answer[1]] : [])),
    );
    expect(byRule.length).toBeGreaterThan(reasons.filter((one) => one !== 'text' && one !== 'title').length);
    expect(Object.keys(REASONS).filter((one) => !(reasons as string[]).includes(one))).toEqual([]);
  });
});
