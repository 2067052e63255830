import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gzipSync } from 'node:zlib';
import { CHART_STYLE } from '../charts';
import { packageRoot } from '../formats/package-root';
import type { Start } from './protocol';
import { DESIGN_STYLE } from './style';

/** Data between the tags of a script, which nothing runs. */
const data = (value: unknown): string => JSON.stringify(value).replace(/</g, '\\u003c');

const packed = (text: string | Buffer): string => gzipSync(text, { level: 9 }).toString('base64');

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What was bundled for the browser when the package was built. */
const bundled = (name: string): Buffer =>
  brotliDecompressSync(readFileSync(join(packageRoot(), 'lib/cli/design', `${name}.js.br`)));

/** The files of the package that the engine reads. */
function files(): { [path: string]: string } {
  const names = ['package.json', 'lib/spec/model.json'];
  return Object.fromEntries(names.map((name) => [`/${name}`, readFileSync(join(packageRoot(), name), 'utf8')]));
}

/**
 * The design page: one file without a server. Its policy allows the scripts and the style that are in it, a worker made
 * of what it brings along, and nothing from any network.
 */
export function designPage(start: Start): string {
  const script = bundled('page').toString('utf8');
  const style = CHART_STYLE + DESIGN_STYLE;
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Design a canary</title>
<style>${style}</style>
</head>
<body>
${BODY}
<script type="application/json" id="start">${data(start)}</script>
<script type="text/plain" id="files">${packed(data(files()))}</script>
<script type="text/plain" id="engine">${packed(bundled('worker'))}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** The parts of the page that its script fills. */
const BODY = `<header>
<h1>Design a canary</h1>
<p id="name" class="soft">loading…</p>
<p class="soft">Move weights, pauses, limits and traffic, and see what a bad version would do. Everything is computed in this page; nothing leaves it. Drop a <code>canary.yaml</code> or manifests anywhere to design with them.</p>
<div class="bar">
<label class="file">Open files<input type="file" id="files-given" multiple accept=".yaml,.yml,.json"></label>
<span id="choose" hidden><label for="rollout">Rollout</label> <select id="rollout"></select></span>
<button type="button" id="pin">Pin this plan</button>
<button type="button" id="unpin" disabled>Remove the pinned plan</button>
<button type="button" id="reset">Start over</button>
</div>
<noscript><p class="bad">This page computes in the browser: it needs JavaScript.</p></noscript>
</header>
<main class="columns">
<section class="controls" aria-label="The plan and its traffic">
<fieldset><legend>Steps</legend><ol id="steps" class="steps"></ol><div id="add" class="bar"></div></fieldset>
<div id="knobs"></div>
<fieldset><legend>Traffic</legend><div id="traffic"></div></fieldset>
<fieldset><legend>Suggest limits and pauses</legend>
<div class="bar"><label for="power">catch at least</label><input type="number" id="power" min="1" max="100" step="1" value="95"> % of bad versions</div>
<div class="bar"><label for="alarms">stop at most</label><input type="number" id="alarms" min="0" max="100" step="0.1" value="1"> % of healthy ones</div>
<div class="bar"><button type="button" id="suggest">Suggest</button></div>
<p id="suggestion" class="soft" role="status"></p>
</fieldset>
</section>
<section class="results" id="results" aria-label="What becomes of updates" tabindex="0">
<ul id="problems" class="problems" role="alert"></ul>
<dl id="figures" class="figures"></dl>
<p id="status" class="soft" role="status"></p>
<h2>Traffic over time</h2>
<div id="chart-traffic" class="picture"></div>
<h2>Which version would be caught</h2>
<div id="chart-curve" class="picture"></div>
<details><summary>The curve as a table</summary><div id="curve-table"></div></details>
<h2>When it is caught</h2>
<div id="chart-times" class="picture"></div>
<h2>What becomes of updates</h2>
<div id="chart-outcome" class="picture"></div>
<div id="decides"></div>
<details><summary>Assumptions</summary><ul id="assumptions" class="assumptions"></ul></details>
<h2>Take it along</h2>
<div class="bar" role="radiogroup" aria-label="What to take">
<label><input type="radio" name="shown" id="show-change" checked> the change</label>
<label><input type="radio" name="shown" id="show-whole"> the whole file</label>
<button type="button" id="copy">Copy</button>
<button type="button" id="download">Download</button>
</div>
<p id="done" class="soft" role="status"></p>
<pre id="yaml" tabindex="0" aria-label="YAML"></pre>
<p id="advice" class="soft"></p>
<p class="soft">The same figures on the command line, once the file has the change: <code id="command"></code></p>
</section>
</main>`;
