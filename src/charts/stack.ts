import { markupText } from '../formats/encode/markup';
import { CHART_STYLE } from './style';

/** Several charts as one picture, one below the other. */
export function stackedCharts(charts: readonly string[], title: string): string {
  let top = 44;
  let width = 0;
  const parts = charts.map((chart) => {
    const [, wide, high] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(chart)!;
    const part = chart.replace('<svg ', `<svg y="${top}" `);
    const heading = /<title[^>]*>([^<]*)</.exec(chart)![1];
    const named = `<text x="16" y="${top - 6}" class="strong">${heading}</text>`;
    top += Number(high) + 34;
    width = Math.max(width, Number(wide));
    return named + part;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" role="img" aria-labelledby="stack-title">`,
    `<title id="stack-title">${markupText(title)}</title>`,
    `<style>${CHART_STYLE}</style>`,
    `<rect width="${width}" height="${top}" rx="8" fill="var(--paper)"/>`,
    `<text x="16" y="20" class="strong">${markupText(title)}</text>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}
