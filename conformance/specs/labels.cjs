// Names, keys and values of labels that Kubernetes accepts.
const fc = require('fast-check');

const of = fc.constantFrom;

const label = fc.oneof(of('shop', 'checkout', 'a'), fc.stringMatching(/^[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,6}){0,2}$/));
const labelValue = fc.oneof(
  of('yes', '1', 'v1.4.2', ''),
  fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,20}[A-Za-z0-9])?$/),
);
const labelKey = fc.oneof(
  of('tier', 'team', 'example.com/role', 'app.kubernetes.io/part-of'),
  fc.stringMatching(/^[a-z]([-a-z0-9_.]{0,12}[a-z0-9])?$/).map((name) => `x-${name}`),
);

module.exports = { label, labelKey, labelValue };
