import { type Rule, RULES } from '../../src/rules';
import { analysisTemplate, exampleVirtualService, prometheusMetric } from '../../src/rules/shared/example';
import { describeRule } from './describe-rule';

const rule = (code: string): Rule => RULES.find((one) => one.code === code)!;

describeRule(rule('TRF044'), [
  {
    name: 'a redirect of the path in two ways',
    manifest: exampleVirtualService('hosts: [checkout]\nhttp:\n  - redirect: { uri: /a, prefixRewrite: /b }'),
    finds: [
      { path: 'spec.http[0].redirect.prefixRewrite', message: 'spec.http[0].redirect has both uri and prefixRewrite' },
    ],
  },
  {
    name: 'a replaced prefix of a path that is matched exactly',
    manifest: exampleVirtualService(
      'hosts: [checkout]\nhttp:\n  - match: [{ uri: { prefix: /a } }, { uri: { exact: /b } }, {}]\n    redirect: { prefixRewrite: /c }',
    ),
    finds: [{ path: 'spec.http[0].match[1].uri', hint: 'match a prefix' }],
  },
  ...['uri: /a', 'prefixRewrite: /b', 'authority: a.example.com', 'scheme: https', 'port: 8080'].map((redirect) => ({
    name: `a redirect by ${redirect} alone`,
    manifest: exampleVirtualService(`hosts: [checkout]\nhttp:\n  - redirect: { ${redirect} }`),
  })),
]);

const withToken = (address: string): string =>
  analysisTemplate(
    prometheusMetric({ prometheus: `address: ${address}\nheaders: [{ key: Authorization, value: "{{args.token}}" }]` }),
    'args: [{ name: token, valueFrom: { secretKeyRef: { name: prometheus, key: token } } }]',
  ).replace(/\n *address: http:\/\/prometheus[^\n]*/, '');

describeRule(
  RULES.find(({ code }) => code === 'SEC005')!,
  [
    ...['http://metrics.example.com', 'HTTP://metrics.example.com:8080/a'].map((address) => ({
      name: `a token to ${address}`,
      manifest: withToken(address),
      finds: [{ severity: 'error' as const }],
    })),
    ...[
      'http://127.0.0.1:9090',
      'http://prometheus',
      'http://prometheus.monitoring.svc:9090',
      'https://a.example.com',
    ].map((address) => ({ name: `a token to ${address}`, manifest: withToken(address) })),
  ],
);
