// Makes the examples of rules when they are asked for: `bad: documents(…)` of an object becomes a getter.
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const made = new Map();

/** The text of a TypeScript file, in which the properties `bad` and `good` that call a function are getters. */
export function withLateExamples(path) {
  const text = made.get(path) ?? late(path, readFileSync(path, 'utf8'));
  made.set(path, text);
  return text;
}

function late(path, text) {
  const found = [];
  const visit = (node) => {
    if (
      ts.isPropertyAssignment(node) &&
      ['bad', 'good'].includes(node.name.getText()) &&
      !ts.isStringLiteralLike(node.initializer)
    )
      found.push(node);
    else ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return found.reduceRight(
    (before, node) =>
      before.slice(0, node.getStart()) +
      `get ${node.name.getText()}() { return ${node.initializer.getText()}; }` +
      before.slice(node.end),
    text,
  );
}
