import { type Answer, type First, QUICK, type SourceView, THOROUGH } from '../protocol';
import type { Draft, Evaluation, Given, Refusal } from '../engine';
import { Client } from './client';
import { drawControls } from './controls';
import { byId } from './dom';
import { copyOutput, downloadOutput, drawOutput } from './output';
import { drawProblems, drawResults } from './results';
import { startOf, type State } from './state';

/** Milliseconds without a change until the thorough simulation begins. */
const REST = 350;
/** Milliseconds between two pictures of a curve that grows. */
const PICTURE = 100;

const start = startOf();
let given: Given = { texts: start.texts, rollout: start.rollout };
let state: State | undefined;
/** Answers while something is moved. */
const quick = Client.start();
let thorough: Promise<Client> | undefined;
/** Counts changes: what was asked before the newest one is out of date. */
let version = 0;
/** The engine has not answered yet: it is read in, or computes. */
let busy = true;
let waiting = false;
let rest: ReturnType<typeof setTimeout> | undefined;
let soon: ReturnType<typeof setTimeout> | undefined;

const now = (): State => state!;

function set(change: Partial<State>): void {
  state = { ...now(), ...change };
}

function redraw(): void {
  clearTimeout(soon);
  soon = undefined;
  drawResults(now());
  drawOutput(now());
}

const isEvaluation = (evaluation: Evaluation | Refusal): evaluation is Evaluation => 'traffic' in evaluation;

/** Takes an answer to the newest question. What only adds a point to the curve is drawn a little later, with others. */
function take(answer: Answer, addsPoint = false): void {
  if (answer.kind === 'failed') set({ refused: answer.problems });
  else if (answer.kind === 'evaluated') {
    const { evaluation } = answer;
    if (isEvaluation(evaluation)) set({ evaluation, refused: [] });
    else set({ refused: evaluation.problems });
  }
  if (addsPoint) soon ??= setTimeout(redraw, PICTURE);
  else redraw();
}

const conditions = (runs: number) => ({ profile: now().profile, runs, seed: now().seed });

/** Something has changed: shows at once what a quick simulation says, and later what a thorough one does. */
function changed(): void {
  set({ unread: [] });
  version++;
  clearTimeout(rest);
  void thorough?.then((client) => client.stop());
  if (busy) waiting = true;
  else void compute();
}

/** @param isKnown The page shows the figures already, which are computed again to make the engine ready for changes. */
async function compute(isKnown = false): Promise<void> {
  busy = true;
  waiting = false;
  const asked = version;
  const client = await quick;
  let isFirst = true;
  client.ask({ kind: 'evaluate', draft: now().draft, conditions: conditions(QUICK) }, (answer) => {
    const done = isDone(answer);
    if (asked === version && (done || !isKnown)) take(answer, !isFirst && !done);
    isFirst = false;
    // The first answer says the most. What is missing of the curve is given up if there is something newer.
    busy = false;
    if (waiting) void compute();
    else if (asked === version && done) rest = setTimeout(() => void refine(asked), REST);
  });
}

const isDone = (answer: Answer): boolean =>
  answer.kind === 'evaluated' && isEvaluation(answer.evaluation) && answer.evaluation.done;

async function refine(asked: number): Promise<void> {
  thorough ??= Client.start();
  const client = await thorough;
  if (asked !== version) return;
  const read = await client.once({ kind: 'read', given });
  if (asked !== version || read.kind !== 'read') return;
  client.ask({ kind: 'evaluate', draft: now().draft, conditions: conditions(THOROUGH) }, (answer) => {
    // The curve of a quick simulation stays until the thorough one has its own.
    if (asked === version && isDone(answer)) take(answer);
  });
}

/** Reads texts, and begins anew with them. */
async function open(next: Given): Promise<void> {
  const answer = await (await quick).once({ kind: 'read', given: next });
  busy = false;
  if (answer.kind === 'failed') {
    showUnreadable(answer.problems);
    // To read a file, the engine gives up what it was computing.
    if (state !== undefined && (waiting || state.evaluation?.done !== true)) void compute();
    return;
  }
  if (answer.kind !== 'read') return;
  given = next;
  begin(answer.source);
  changed();
}

/** Shows what the page was written with, and makes the engine ready. */
async function openKnown({ source, evaluation }: First): Promise<void> {
  begin(source);
  set({ evaluation });
  redraw();
  const answer = await (await quick).once({ kind: 'read', given });
  if (answer.kind === 'failed') return showUnreadable(answer.problems);
  await compute(!waiting);
}

function showUnreadable(problems: readonly string[]): void {
  if (state === undefined) return drawProblems(problems);
  set({ unread: problems });
  redraw();
}

function begin(source: SourceView): void {
  const { profile, defaults, profileName, seed } = state ?? start;
  state = { source, draft: source.draft, profile, defaults, profileName, seed, refused: [], unread: [] };
  byId('name').textContent = `${source.name}, from ${source.kind === 'canary file' ? 'a canary file' : 'manifests'}`;
  const choose = byId<HTMLSelectElement>('rollout');
  choose.replaceChildren(...[source.name, ...source.others].map((name) => new Option(name, name)));
  byId('choose').hidden = source.others.length === 0;
  controls();
}

function controls(): void {
  drawControls(now, {
    draft: (draft) => {
      set({ draft });
      changed();
    },
    profile: (profile) => {
      set({ profile });
      changed();
    },
  });
}

function adopt(draft: Draft): void {
  set({ draft });
  controls();
  changed();
}

/** Searches for a plan in a worker of its own, so that everything else goes on. */
async function suggest(): Promise<void> {
  const button = byId<HTMLButtonElement>('suggest');
  const said = byId('suggestion');
  button.disabled = true;
  said.textContent = 'Searching…';
  const client = await Client.start();
  await client.once({ kind: 'read', given });
  const goal = {
    power: Number(byId<HTMLInputElement>('power').value) / 100,
    falseAlarms: Number(byId<HTMLInputElement>('alarms').value) / 100,
  };
  const answer = await client.once({ kind: 'suggest', draft: now().draft, conditions: conditions(QUICK), goal });
  client.end();
  button.disabled = false;
  if (answer.kind === 'failed') said.textContent = answer.problems.join(' ');
  else if (answer.kind === 'suggested' && answer.suggestion === undefined) {
    said.textContent = 'No variant reaches the goal: give the canary a greater weight, or measure something else.';
  } else if (answer.kind === 'suggested') {
    const { draft, byHand } = answer.suggestion!;
    adopt(draft);
    said.textContent = ['This is the shortest variant that reaches the goal.', ...byHand].join(' ');
  }
}

async function openFiles(files: readonly File[]): Promise<void> {
  const texts = await Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() })));
  if (texts.length > 0) await open({ texts });
}

function listen(): void {
  const on = (id: string, event: string, act: () => void): void => byId(id).addEventListener(event, act);
  on('reset', 'click', () => adopt(now().source.draft));
  on('pin', 'click', () => {
    const { evaluation, source } = now();
    if (evaluation !== undefined) set({ pinned: { name: source.name, evaluation } });
    byId<HTMLButtonElement>('unpin').disabled = false;
    redraw();
  });
  on('unpin', 'click', () => {
    set({ pinned: undefined });
    byId<HTMLButtonElement>('unpin').disabled = true;
    redraw();
  });
  on('suggest', 'click', () => void suggest());
  on('copy', 'click', () => void copyOutput());
  on('download', 'click', downloadOutput);
  for (const id of ['show-change', 'show-whole']) on(id, 'change', () => drawOutput(now()));
  on('rollout', 'change', () => void open({ ...given, rollout: byId<HTMLSelectElement>('rollout').value }));
  const files = byId<HTMLInputElement>('files-given');
  on('files-given', 'change', () => void openFiles([...(files.files ?? [])]));
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', () => document.body.classList.remove('dropping'));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('dropping');
    void openFiles([...(event.dataTransfer?.files ?? [])]);
  });
  let width = innerWidth;
  addEventListener('resize', () => {
    if (innerWidth !== width && state !== undefined) redraw();
    width = innerWidth;
  });
}

async function run(): Promise<void> {
  listen();
  await (start.first === undefined ? open(given) : openKnown(start.first));
}

void run().catch((error: unknown) => showUnreadable([String(error)]));
