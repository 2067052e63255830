import { Duration } from 'cdk8s';
import { positiveDurationProblem, seconds, writeDuration } from '../../src/formats/duration';

test.each([
  [Duration.minutes(5), '5m'],
  [Duration.seconds(90), '1m30s'],
  [Duration.hours(1), '1h'],
  [Duration.days(1), '24h'],
  [Duration.minutes(90), '1h30m'],
  [Duration.millis(250), '250ms'],
  [Duration.seconds(0), '0s'],
])('%s is written as Go and PromQL both read it', (duration, text) => {
  expect(writeDuration(duration)).toBe(text);
});

test('a duration of zero is named, and what would be right', () => {
  expect(positiveDurationProblem('pause', Duration.seconds(0))).toContain('pause is a duration of zero; give at least');
  expect(positiveDurationProblem('pause', Duration.millis(1))).toBeUndefined();
  expect(positiveDurationProblem('pause', undefined)).toBeUndefined();
});

test.each([
  [Duration.millis(205), 0.205],
  [Duration.millis(208), 0.208],
  [Duration.millis(1), 0.001],
  [Duration.minutes(5), 300],
])('%s has no error of rounding in seconds', (duration, wanted) => {
  expect(String(seconds(duration))).toBe(String(wanted));
});
