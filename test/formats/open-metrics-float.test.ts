import { openMetricsFloat } from '../../src/formats/open-metrics-float';

// The right-hand sides are what Go's strconv.FormatFloat(f, 'g', -1, 64) prints, with `.0` where it has neither point nor exponent.
test.each([
  ['0', '0.0'],
  ['-0', '0.0'],
  ['1', '1.0'],
  ['1.0', '1.0'],
  ['-1', '-1.0'],
  ['2.50', '2.5'],
  ['.5', '0.5'],
  ['10', '10.0'],
  ['1e1', '10.0'],
  ['25', '25.0'],
  ['0.0001', '0.0001'],
  ['0.00001', '1e-05'],
  ['1e-7', '1e-07'],
  ['100000', '100000.0'],
  ['300000', '300000.0'],
  ['123456.5', '123456.5'],
  ['1000000', '1e+06'],
  ['1234567', '1.234567e+06'],
  ['1500000', '1.5e+06'],
  ['1e21', '1e+21'],
  ['Inf', '+Inf'],
  ['+Inf', '+Inf'],
  ['-Inf', '-Inf'],
  ['NaN', 'NaN'],
])('%s is stored as %s', (written, stored) => {
  expect(openMetricsFloat(written)).toBe(stored);
});

test.each(['', 'one', '1,5', '{{args.le}}', '0x10', '1s'])("'%s' is no number", (text) => {
  expect(openMetricsFloat(text)).toBeUndefined();
});
