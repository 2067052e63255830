// What the linter may say of a valid set.

/**
 * Warnings of the linter about what a spec asks for in so many words, each with the words: `in` is found in the spec
 * wherever the warning is right.
 */
const ASKED_FOR = {
  ANA015: { in: /"args"/, reason: 'an argument is given to a template that only has a name here' },
  ANA016: { in: /"args"/, reason: 'an argument is declared that no metric uses' },
  ANA021: {
    in: /"count"|"background"|"measuring"|"endless":false/,
    reason: 'a count ends the measuring in the background',
  },
  ANA023: {
    in: /"steps"|"plan"|"failures"|"checks"|"initialDelay"|"window"/,
    reason: 'the steps, or what they wait for, take less time than the delay',
  },
  ANA024: {
    in: /"initialDelay"|"window"|"isolation"|"query"/,
    reason: 'the first look comes before the window is full',
  },
  ANA025: { in: /"steps"|"plan"/, reason: 'a weight without a pause, at which nothing is tried' },
  ANA028: { in: /"advisory":true|"dryRun"/, reason: 'nothing but advisory metrics' },
  CON001: { in: /"noData":\{"error"|"expression"/, reason: 'no data is to be an error' },
  CON005: { in: /"expression"/, reason: 'a condition of one’s own' },
  CON006: { in: /"metrics"/, reason: 'a metric without a condition' },
  CON007: { in: /"query"/, reason: 'a limit of one’s own that nothing exceeds' },
  CON009: { in: /"expression"/, reason: 'a condition of one’s own' },
  CON010: { in: /"expression"/, reason: 'conditions of one’s own that overlap' },
  CON019: { in: /"kayenta"|"job"/i, reason: 'a condition over a provider that decides by itself' },
  CON014: { in: /"datadog"/i, reason: 'a condition over Datadog of one’s own' },
  CON020: { in: /"query"/, reason: 'a query of failed requests beside a threshold for successes' },
  MON004: {
    in: /"versionLabel":"service"|"podMonitor"|"serviceMonitor"|"withRoot":false/,
    reason: 'two monitors, or one for each Service',
  },
  MON012: {
    in: /(?=.*"blueGreen")(?=.*("kind":"service"|"canaryMonitoring"|"serviceMonitor"))/,
    reason: 'a ServiceMonitor, for which the Service of all pods is the active one',
  },
  MON013: { in: /elabelings"/, reason: 'a relabeling that takes labels away' },
  MON005: { in: /elabelings"|"isolation"/, reason: 'the label is taken away by a relabeling, or another is asked for' },
  MSH001: { in: /"hostNetwork":true/, reason: 'pods in the network of their node, which no mesh takes in' },
  MSH012: { in: /"authorizationPolicy"/, reason: 'an AuthorizationPolicy that names no scrape' },
  MSH006: { in: /"outlierDetection"/, reason: 'an outlier detection of one’s own beside few canary pods' },
  PRM004: { in: /"scrapeInterval":/, reason: 'a scrape interval that is stated otherwise than the monitor has it' },
  PRM006: {
    in: /"labels":\{"matchers"|"labelsOfBoth"|"query"|"canaryService"|"service":\{/,
    reason: 'an isolation of one’s own',
  },
  PRM007: { in: /"versionLabel":"service"|"service":\{/, reason: 'versions told apart by Services' },
  PRM008: { in: /"query"/, reason: 'a query of one’s own' },
  PRM030: { in: /\$/, reason: 'a value of one’s own with a dollar sign' },
  PRM014: { in: /atchers":/, reason: 'matchers of one’s own that exclude each other' },
  PRM023: { in: /"service":\{/, reason: 'a Service of one’s own, by which the versions are told apart' },
  REF018: { in: /"scaleDown":"never"/, reason: 'a Deployment whose own pods stay' },
  REF013: { in: /"args"/, reason: 'an argument is given to a template that only has a name here' },
  ROL020: { in: /"fieldRef"/, reason: 'an argument is taken from what this Rollout does not have' },
  ROL026: { in: /"setMirrorRoute"|"setHeaderRoute"/, reason: 'a route that stays while weights change' },
  ROL040: {
    in: /"minPodsPerReplicaSet"|"abortScaleDownDelay"/,
    reason: 'canary pods are to stay, whatever their weight',
  },
  ROL044: { in: /"(stable|canary|active|preview)Metadata"/, reason: 'metadata of a version that the template has too' },
  ROL046: { in: /"onsuccess"|"ON_SUCCESS"|"scaleDown"/i, reason: 'a Deployment that is to be scaled down later' },
  ROL048: { in: /"setHeaderRoute"|"setMirrorRoute"/, reason: 'a scale of 0 after a route of a step' },
  ROL052: { in: /"experiment"/, reason: 'an experiment whose duration and analyses are stated apart' },
  ROL053: { in: /"progressDeadlineAbort":true/, reason: 'a deadline that is shorter than an analysis of one’s own' },
  ROL031: { in: /"requiredForCompletion":true/, reason: 'an analysis that is waited for beside one that takes longer' },
  ROL054: { in: /"autoPromotion":false/, reason: 'a time of automatic promotion beside manual approval' },
  ROL055: { in: /"scaleDownDelay"/, reason: 'old pods that stay' },
  ROL032: { in: /"canaryScale"/, reason: 'a scale that stays while weights change' },
  ROL034: { in: /"steps"|"plan"/, reason: 'a weight without a pause' },
  SCL006: { in: /"podDisruptionBudget"/, reason: 'a budget that leaves nothing to evict' },
  SCL012: { in: /"deployment"/, reason: 'a Deployment that is replaced while an autoscaler is there' },
  SEC004: { in: /"insecure":true/, reason: 'certificates that are not looked at' },
  SEC008: { in: /"insecureSkipVerify":true|"meshCertificates"/, reason: 'certificates that are not looked at' },
  TRF015: { in: /"pingPong"/, reason: 'ping-pong with Istio' },
  TRF021: { in: /"furtherPorts"/, reason: 'Services of several ports beside routes of one’s own' },
  TRF038: { in: /"canaryServices"|"canaryName"/, reason: 'Services that no Rollout of the set names' },
  TRF039: { in: /"setHeaderRoute"|"setMirrorRoute"/, reason: 'a route of a step beside one with more than matches' },
  TRF040: { in: /"setHeaderRoute"/, reason: 'a route of a step beside routes by path' },
  TRF052: {
    in: /"furtherVirtualServices"|"istioVirtualService"/,
    reason: 'a VirtualService of one’s own for the mesh, beside a Gateway with the same host',
  },
  TRF020: { in: /"routes"/, reason: 'routes of which one takes all before another' },
};

/** The findings of a set that are a mistake of somebody's: those that its spec does not ask for. */
const unasked = ({ items }, findings) =>
  findings.filter(
    ({ code, severity }) =>
      severity !== 'note' && severity !== 'advice' && !ASKED_FOR[code]?.in.test(JSON.stringify(items)),
  );

module.exports = { unasked };
