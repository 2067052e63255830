/**
 * The colours and fonts of all charts: light and dark, in a page as well as in a file of its own. Colours of text have a
 * contrast of at least 4.5 against what lies behind them.
 */
export const CHART_STYLE = `
.chart { --paper:#ffffff; --ink:#1f2933; --soft:#55636f; --line:#d5dce3; --canary:#f5a524; --canary-line:#b46a00; --canary-soft:#fde9c4; --pinned:#6d4fc4; --pinned-soft:#e6e0f7; --stable:#e7eef7; --good:#15803d; --good-soft:#c9efd6; --bad:#b42318; --bad-soft:#f9d5d1; --held:#8a5a00; --held-soft:#fbe3b0; }
@media screen and (prefers-color-scheme: dark) { .chart { --paper:#12181f; --ink:#e6ebf0; --soft:#a3b1bf; --line:#31404e; --canary:#d98a10; --canary-line:#f6b950; --canary-soft:#4a3512; --pinned:#b6a4f5; --pinned-soft:#352c58; --stable:#1b2a3d; --good:#5ade8d; --good-soft:#14351f; --bad:#fda29b; --bad-soft:#4b1d1a; --held:#f6c667; --held-soft:#48370f; } }
@media print { .chart { --ink:#000000; --soft:#333333; --line:#bbbbbb; --canary-line:#8a5000; } }
.chart { display: block; max-width: 100%; height: auto; }
.chart text { font-family: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-size: 12px; fill: var(--ink); }
.chart .soft { fill: var(--soft); }
.chart .strong { font-weight: 600; }
.chart .now { fill: var(--canary-line); }
.chart .pinned { fill: var(--pinned); }
.chart .good { fill: var(--good); }
.chart .bad { fill: var(--bad); }
.chart .held { fill: var(--held); }
.chart .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
`;
