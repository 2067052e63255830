import { closestKeyword, closestName, didYouMean } from '../../src/formats/did-you-mean';

describe('a name that people chose', () => {
  test.each([
    ['chekout', ['checkout', 'cart'], 'checkout'],
    ['Checkout', ['checkout'], 'checkout'],
    ['checkout', ['cart', 'orders'], undefined],
    // Siblings, not typos.
    ['shard-1', ['shard-2'], undefined],
    ['smiley3', ['smiley'], undefined],
    ['recommendation-v2', ['recommendation', 'recommendation-v1'], undefined],
    ['notification-ui', ['notification'], undefined],
    ['team-a', ['team-b'], undefined],
    ['istio-ingressgateway', ['asm-ingressgateway'], undefined],
    ['istio-ingresgateway', ['asm-ingressgateway', 'istio-ingressgateway'], 'istio-ingressgateway'],
    ['recomendation-v2', ['recommendation-v2'], 'recommendation-v2'],
    ['checkoutcanary', ['checkout-canary'], 'checkout-canary'],
    ['checkout', ['checkout'], undefined],
  ])('%s among %j probably means %s', (wanted, names, expected) => {
    expect(closestName(wanted, names)).toBe(expected);
  });
});

describe('a keyword of a file', () => {
  const fields = ['setWeight', 'pause', 'analysis'];

  test.each([
    ['setWeigth', 'setWeight'],
    ['set-weight', 'setWeight'],
    ['pauze', 'pause'],
    ['weights', undefined],
  ])('%s probably means %s', (given, expected) => {
    expect(closestKeyword(given, fields)).toBe(expected);
  });

  test('is suggested, or all keywords are listed', () => {
    expect(didYouMean('pauze', fields)).toBe("; did you mean 'pause'?");
    expect(didYouMean('weights', fields)).toBe('; use one of setWeight, pause, analysis');
    expect(didYouMean('weights', [])).toBe('');
  });

  test('is not looked for in a long text', () => {
    expect(closestKeyword('x'.repeat(10_000), ['y'.repeat(10_000)])).toBeUndefined();
  });
});
