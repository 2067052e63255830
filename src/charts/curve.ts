import {
  type Area,
  type ChartOptions,
  label,
  legend,
  line,
  marks,
  round,
  shareAxis,
  stroke,
  svg,
  swatch,
} from './frame';

/** How probably a bad version is caught, with the margin of error. */
export interface CurvePoint {
  /** The regression: `fails 5 %`, `p99 800 ms`. */
  readonly what: string;
  readonly errorRate: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The detection curve of one plan. */
export interface Curve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
  /** How often a healthy version is stopped. */
  readonly falseAlarm: number;
}

/** The least error rate that is drawn. */
const LEAST = 0.001;
const RATES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

const percent = (value: number): string => `${Number((value * 100).toPrecision(3))} %`;

/** The detection curves of one or two plans on a logarithmic axis, with the error rate that is looked at. */
export function curveChart(curves: readonly Curve[], looked: number | undefined, options: ChartOptions = {}): string {
  const { width = 720 } = options;
  const area: Area = { left: 52, right: width - 16, top: 34, bottom: 204 };
  const least = Math.min(LEAST, ...curves.flatMap(({ points }) => points.map(({ errorRate }) => errorRate || LEAST)));
  // Regressions other than failed requests have a place each, from the smallest to the largest.
  const steps = curves[0].points.map(({ what }) => what);
  const isOfErrors = steps.length < 2 || curves[0].points[0].errorRate !== curves[0].points[1].errorRate;
  const room = area.right - area.left;
  const xOfRate = (rate: number): number => area.left + (1 - Math.log(Math.max(rate, least)) / Math.log(least)) * room;
  const xOfStep = (what: string): number => area.left + ((steps.indexOf(what) + 0.5) / steps.length) * room;
  const x = ({ errorRate, what }: CurvePoint): number => (isOfErrors ? xOfRate(errorRate) : xOfStep(what));
  const y = (share: number): number => area.bottom - share * (area.bottom - area.top);
  const drawn = curves.map((curve, i) => {
    const colour = i === 0 ? 'var(--canary-line)' : 'var(--pinned)';
    const points = curve.points.map((point) => `${round(x(point))},${round(y(point.value))}`);
    const band = [
      ...curve.points.map((point) => `${round(x(point))},${round(y(point.high))}`),
      ...[...curve.points].reverse().map((point) => `${round(x(point))},${round(y(point.low))}`),
    ];
    return [
      `<polygon points="${band.join(' ')}" fill="${i === 0 ? 'var(--canary-soft)' : 'var(--pinned-soft)'}" fill-opacity="0.85"/>`,
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2.5"${i === 0 ? '' : ' stroke-dasharray="5 3"'}/>`,
      ...curve.points.map(
        (point) => `<circle cx="${round(x(point))}" cy="${round(y(point.value))}" r="3" fill="${colour}"/>`,
      ),
    ].join('\n');
  });
  const keys = legend(
    [
      ...curves.map(({ name }, i) => ({
        mark: i === 0 ? stroke('var(--canary-line)') : stroke('var(--pinned)', '5 3'),
        text: name,
      })),
      { mark: swatch('var(--canary-soft)'), text: 'margin of error (95 %)' },
    ],
    area.left,
    area.right,
    area.bottom + 62,
  );
  return svg(
    {
      width,
      height: area.bottom + 58 + keys.height,
      title: 'Detection curve',
      description: curves
        .map(
          ({ name, points, falseAlarm }) =>
            `${name}: ${points.map(({ what, value }) => `a version that ${isOfErrors ? what : `has ${what}`} is caught in ${percent(value)}`).join(', ')}; a healthy version is stopped in ${percent(falseAlarm)}.`,
        )
        .join(' '),
    },
    [
      ...[...drawn].reverse(),
      shareAxis(area, 'share of updates that are caught'),
      ...(!isOfErrors || looked === undefined || looked === 0 ? [] : [mark(xOfRate(looked), area, percent(looked))]),
      marks(
        area,
        isOfErrors
          ? RATES.map((rate) => ({ x: xOfRate(rate), text: percent(rate) }))
          : steps.map((what) => ({ x: xOfStep(what), text: what })),
        isOfErrors ? 'failed requests of the new version' : 'regression of the new version',
      ),
      keys.markup,
    ],
    { id: 'curve', ...options },
  );
}

function mark(at: number, area: Area, text: string): string {
  const end = at > area.right - 60;
  return (
    line(at, area.top - 2, at, area.bottom, 'var(--soft)', 'stroke-dasharray="2 3"') +
    label(end ? at - 4 : at + 4, area.bottom - 8, text, 'strong', end ? 'end' : 'start')
  );
}
