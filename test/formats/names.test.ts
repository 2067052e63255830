import {
  dnsLabelProblem,
  hostProblem,
  labelValueProblem,
  portNameProblem,
  portNumberProblem,
} from '../../src/formats/names';

describe('a DNS label', () => {
  test.each(['checkout', 'a', '0', 'checkout-v2', 'a'.repeat(63)])('%s is accepted', (name) => {
    expect(dnsLabelProblem('name', name)).toBeUndefined();
  });

  test.each(['', 'Checkout', 'check_out', '-a', 'a-', 'a.b', 'a'.repeat(64), 'a b', '../a', 'a\0b'])(
    '%j is refused',
    (name) => {
      expect(dnsLabelProblem('name', name)).toContain('which is no DNS label');
    },
  );

  test('a near one is suggested', () => {
    expect(dnsLabelProblem('name', 'My App_1')).toMatch(/here 'my-app-1'$/);
  });

  test('control characters are shown, and long names cut', () => {
    expect(dnsLabelProblem('name', 'a\nb')).toContain("'a\\nb'");
    expect(dnsLabelProblem('name', 'x'.repeat(100_000))!.length).toBeLessThan(400);
  });
});

describe('a host', () => {
  test.each(['*', '*.example.com', 'checkout', 'checkout.example.com', 'reviews.prod.svc.cluster.local'])(
    '%s is accepted',
    (host) => {
      expect(hostProblem('a host', host)).toBeUndefined();
    },
  );

  test.each([
    '',
    'http://x.example.com',
    'a_b.com',
    'x.example.com:80',
    'x.com/path',
    'a..b',
    '*.',
    'a.*.com',
    `${'a.'.repeat(130)}com`,
  ])('%j is refused', (host) => {
    expect(hostProblem('a host', host)).toContain('which is no host');
  });

  test('a URL is answered with its host', () => {
    expect(hostProblem('a host', 'https://shop.example.com/cart')).toMatch(/here 'shop.example.com'$/);
  });
});

test.each([
  ['http', true],
  ['http-web', true],
  ['8080', false],
  ['HTTP', false],
  ['a-very-long-port-name', false],
  ['a--b', false],
  ['', false],
])('port name %j: %s', (name, good) => {
  expect(portNameProblem('port', name) === undefined).toBe(good);
});

test.each([
  [1, true],
  [65535, true],
  [0, false],
  [65536, false],
  [80.5, false],
  [NaN, false],
])('port number %s: %s', (port, good) => {
  expect(portNumberProblem('port', port) === undefined).toBe(good);
});

test.each([
  ['', true],
  ['v1.2_a', true],
  ['-a', false],
  ['a b', false],
  ['a'.repeat(64), false],
])('label value %j: %s', (value, good) => {
  expect(labelValueProblem('label', value) === undefined).toBe(good);
});
