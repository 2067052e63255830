/** The style of the design page beside that of its charts: one column on a phone, two on a desk, light and dark. */
export const DESIGN_STYLE = `
:root { color-scheme: light dark; --paper:#ffffff; --ink:#1f2933; --soft:#55636f; --line:#d5dce3; --tint:#f3f5f8; --bad:#b42318; --good:#15803d; --accent:#1d5fa8; --pinned:#6d4fc4; }
@media screen and (prefers-color-scheme: dark) { :root { --paper:#12181f; --ink:#e6ebf0; --soft:#a3b1bf; --line:#31404e; --tint:#1b242e; --bad:#fda29b; --good:#5ade8d; --accent:#8fc1ff; --pinned:#b6a4f5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
body.dropping { outline: 3px dashed var(--accent); outline-offset: -8px; }
header, main { max-width: 1280px; margin: 0 auto; padding: 12px 16px; }
header { padding-top: 20px; } h1 { font-size: 22px; margin: 0; } h2 { font-size: 17px; margin: 20px 0 8px; } h3 { font-size: 15px; margin: 16px 0 4px; } p { margin: 4px 0; }
.soft { color: var(--soft); } .good { color: var(--good); } .bad { color: var(--bad); }
.columns { display: grid; gap: 24px; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 900px) { .columns { grid-template-columns: minmax(320px, 400px) minmax(0, 1fr); } .results { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; } }
fieldset { border: 1px solid var(--line); border-radius: 8px; margin: 0 0 12px; padding: 8px 12px; min-width: 0; } legend { font-weight: 600; padding: 0 4px; }
ol, ul { padding: 0; margin: 0; } ol.steps { list-style: none; } ul.problems { list-style: none; } ul.problems li { color: var(--bad); border-left: 3px solid var(--bad); padding-left: 8px; margin: 6px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
ul.assumptions { padding-left: 20px; overflow-wrap: anywhere; }
.step { display: flex; gap: 6px; align-items: center; border-bottom: 1px solid var(--line); padding: 4px 0; }
.step > .slider, .step > .words { flex: 1; min-width: 0; } .words { overflow-wrap: anywhere; }
.number { color: var(--soft); min-width: 20px; text-align: right; font-variant-numeric: tabular-nums; }
.slider { display: grid; grid-template-columns: minmax(0, 1fr) 104px; column-gap: 8px; align-items: center; }
.slider label { grid-column: 1 / 3; font-size: 13px; color: var(--soft); } .step .slider label { grid-column: 1 / 3; }
input[type=range] { width: 100%; min-width: 0; height: 28px; margin: 0; accent-color: var(--accent); touch-action: pan-y; }
input.value { width: 100%; text-align: right; font: inherit; font-size: 14px; font-variant-numeric: tabular-nums; padding: 3px 6px; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: var(--ink); }
input[aria-invalid=true] { border-color: var(--bad); outline: 2px solid var(--bad); }
button, select, .file { font: inherit; font-size: 14px; padding: 5px 10px; border: 1px solid var(--soft); border-radius: 6px; background: var(--tint); color: var(--ink); cursor: pointer; }
button.icon { padding: 0; min-width: 28px; min-height: 28px; border-color: var(--line); } button:disabled { opacity: .45; cursor: default; } .buttons { display: inline-flex; gap: 2px; } .bar { display: flex; flex-wrap: wrap; gap: 6px; margin: 8px 0; align-items: center; }
.bar label { white-space: nowrap; } .bar input[type=number] { width: 54px; font: inherit; padding: 3px 6px; border: 1px solid var(--line); border-radius: 6px; background: var(--paper); color: var(--ink); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
dl.figures { display: grid; gap: 8px; grid-template-columns: repeat(3, minmax(0, 1fr)); margin: 8px 0; } @media (min-width: 1280px) { dl.figures { grid-template-columns: repeat(6, minmax(0, 1fr)); } }
.figure { border: 1px solid var(--line); border-radius: 8px; padding: 8px 10px; background: var(--tint); } .figure dt { font-size: 13px; color: var(--soft); } .figure dd { margin: 0; font-size: 13px; overflow-wrap: anywhere; } .figure dd.big { font-size: 20px; font-weight: 650; } .figure dd.pinned { color: var(--pinned); }
@media screen and (max-width: 899px) { .results { display: contents; } .columns { row-gap: 0; } #problems, #figures, #status { order: -1; } dl.figures { position: sticky; top: 0; z-index: 1; gap: 4px; margin: 0; padding: 6px 0; background: var(--paper); } .figure { padding: 4px 6px; } .figure dt { font-size: 11px; line-height: 1.3; } .figure dd.big { font-size: 15px; } .figure dd.soft { display: none; } .figure dd.pinned { font-size: 11px; } .step, .slider, fieldset { scroll-margin-top: 180px; } }
.results.stale dl, .results.stale .picture { opacity: .45; }
.picture { margin: 8px 0 16px; min-height: 60px; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 14px; } th, td { text-align: left; vertical-align: top; padding: 4px 8px; border-bottom: 1px solid var(--line); } th { color: var(--soft); font-weight: 600; }
@media (max-width: 640px) { table, tbody, tr, td { display: block; } thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } tr { padding: 6px 0; border-bottom: 1px solid var(--line); } td { display: grid; grid-template-columns: 96px minmax(0, 1fr); gap: 8px; padding: 2px 0; border: 0; overflow-wrap: anywhere; } td::before { content: attr(data-head); color: var(--soft); } }
pre { background: var(--tint); border-radius: 8px; padding: 10px 12px; margin: 6px 0; overflow-x: auto; font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; max-height: 420px; } code { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.file { display: inline-block; } .file input { position: absolute; opacity: 0; width: 1px; height: 1px; } .file:focus-within { outline: 3px solid var(--accent); }
summary { cursor: pointer; } [hidden] { display: none !important; }
@page { size: landscape; margin: 12mm; }
@media print { :root { --ink:#000000; --soft:#333333; --line:#bbbbbb; } header, main { padding: 0; } .controls, .bar, header p:not(#name), #done, #advice { display: none; } summary { list-style: none; } details::details-content { content-visibility: visible; block-size: auto; opacity: 1; } .columns { display: block; } .results { position: static; max-height: none; overflow: visible; } .scroll { overflow: visible; } pre { max-height: none; overflow: visible; white-space: pre-wrap; overflow-wrap: anywhere; } svg, tr, .figure { break-inside: avoid; } h2, h3 { break-after: avoid; } }
`;
