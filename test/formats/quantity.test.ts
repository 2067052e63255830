import { canonicalQuantity, readQuantity } from '../../src/formats/quantity';

test.each([
  ['2048Mi', '2Gi'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['0.5', '500m'],
  ['1.5Gi', '1536Mi'],
  ['512Mi', '512Mi'],
  ['1023Ki', '1023Ki'],
  ['1024', '1024'],
  ['1000000k', '1G'],
  ['0Mi', '0'],
  ['+100m', '100m'],
  ['1e3', '1e3'],
  ['0.5Ki', '512'],
  ['2E', '2E'],
])('%s is %s in canonical form', (text, form) => {
  expect(canonicalQuantity(text)).toBe(form);
});

test.each(['', 'Mi', '1 Gi', '1Zi', 'ten', '1.2.3', '1e', '9'.repeat(60)])('%j is not a quantity', (text) => {
  expect(canonicalQuantity(text)).toBeUndefined();
  expect(readQuantity(text)).toBeUndefined();
});

test('values compare across units', () => {
  expect(readQuantity('1Gi')).toBe(2 ** 30);
  expect(readQuantity('250m')).toBe(0.25);
  expect(readQuantity(2)).toBe(2);
  expect(readQuantity('-1')).toBe(-1);
});
