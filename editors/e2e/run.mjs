// Asks Visual Studio Code itself whether the packed extension works: installs code-server and the extension into a temporary
// folder, opens a workspace in headless Chromium, and looks at what a user would see.
//
// `npm run e2e:editor [-- --cache=FOLDER] [--pictures=FOLDER]`: --cache keeps code-server for the next run; --pictures keeps
// a picture of each check. Needs a build, the npm registry and Chromium (or CHROMIUM, its path).
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { CodeServer, installCodeServer } from './code-server.mjs';
import { Workbench } from './workbench.mjs';

const option = (name) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-canary-editor-'));
const pictures = resolve(option('pictures') ?? join(scratch, 'pictures'));
const workspace = join(scratch, 'workspace');
const FILE = 'rollout.yaml';

const home = join(scratch, 'home');
const programs = join(scratch, 'bin');
for (const folder of [home, programs, pictures]) mkdirSync(folder, { recursive: true });
cpSync(join(import.meta.dirname, 'workspace'), workspace, { recursive: true });
const program = resolve('lib/cli/main.js');
chmodSync(program, 0o755);
// The extension starts the command by its name, as its default setting says.
symlinkSync(program, join(programs, 'cdk8s-canary'));

let isFine = false;
let server;
let browser;
let page;
let editor;
try {
  execFileSync('npm', ['run', '--silent', 'package:vscode'], { stdio: ['ignore', 'ignore', 'inherit'] });
  server = new CodeServer(installCodeServer(resolve(option('cache') ?? join(scratch, 'code-server'))), home, programs);
  const installed = server.install(resolve('build/cdk8s-canary.vsix'));
  const url = await server.start();
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
  page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  editor = new Workbench(page);
  await check('the packed extension is installed', () => {
    same(installed, ['cdk8s-canary.cdk8s-canary-vscode']);
  });
  await check('the Problems panel lists findings of the linter', async () => {
    await editor.open(url, workspace, FILE);
    await editor.showProblems();
    await editor.problem('REF004').waitFor();
    await editor.problem('checkout-erors').filter({ hasText: 'cdk8s-canary' }).waitFor();
  });
  await check('a lens says that a rollout with a wrong name has no plan', async () => {
    await editor.lens('no plan').waitFor();
  });
  await check('a quick fix writes the name that was meant, and the finding goes', async () => {
    const titles = await editor.quickFixes('checkout-erors');
    const fix = titles.find((title) => title.includes('checkout-errors'));
    if (fix === undefined) throw new Error(`no such fix among: ${titles.join('; ')}`);
    await picture('the quick fixes');
    await editor.chooseQuickFix(fix);
    await editor.line('templateName: checkout-errors').waitFor();
    await editor.problem('checkout-erors').first().waitFor({ state: 'detached' });
  });
  await check('a lens says when the rollout is promoted', async () => {
    await editor.lens('to promotion').waitFor();
  });
  await check('hovering over a step shows its plan', async () => {
    contains(await editor.hover('setWeight'), 'Step 1 of 3');
  });
  await check('a click on the lens opens the plan', async () => {
    await editor.lens('to promotion').click();
    await editor.preview('Plan of shop/checkout');
  });
  isFine = true;
} catch (error) {
  console.error(error.message);
} finally {
  await browser?.close();
  server?.stop();
  rmSync(scratch, { recursive: true, force: true });
}
console.log(isFine ? 'the extension works in code-server' : 'the extension does not work in code-server');
process.exit(isFine ? 0 : 1);

/** A check needs what those before it did, so the first that fails ends the run. */
async function check(name, passes) {
  try {
    await passes();
    console.log(`ok: ${name}`);
  } catch (error) {
    throw new Error([`failed: ${name}`, error.message, ...(await editor.notifications())].join('\n'));
  } finally {
    await picture(name);
  }
}

function picture(name) {
  return page.screenshot({ path: join(pictures, `${name.replaceAll(/[^a-z]+/gi, '-')}.png`) });
}

function contains(text, part) {
  if (!text.includes(part)) throw new Error(`${JSON.stringify(part)} is missing in: ${text}`);
}

function same(found, expected) {
  if (JSON.stringify(found) !== JSON.stringify(expected)) throw new Error(`found ${JSON.stringify(found)}`);
}
