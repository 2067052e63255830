// Which system judges what an error of the linter says. A rule of severity error that is not here fails the run.

const API = ['schema', 'core'];
const ROLLOUT = ['rollout', 'controller', 'lint'];
const RUN = ['analysis'];
const nobody = (reason) => ({ systems: [], reason });
const by = (...systems) => ({ systems: systems.flat() });

const LATER = 'It shows when a step is reached, which no system looks at beforehand.';
const KUBELET = 'The pods do not start; that is the kubelet’s to find.';
const RUNTIME = 'Everything is accepted, and does not do what is meant.';

export const JUDGES = {
  SCH001: nobody('A text that is no YAML reaches no system.'),
  SCH002: nobody('Of a key that is there twice one value is lost before any system sees the object.'),
  SCH003: by(API, ROLLOUT, 'webhook'),
  SCH004: by(API, ROLLOUT, 'webhook'),
  SCH005: by(API, ROLLOUT, 'webhook'),
  SCH006: by(API, ROLLOUT, 'webhook', 'operator'),
  SCH007: by(API, ROLLOUT, 'webhook'),
  SCH008: by(API),
  SCH009: by(API),
  SCH010: by(API),
};
for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 38]) {
  JUDGES[`ROL${String(number).padStart(3, '0')}`] = by(API, ROLLOUT);
}
Object.assign(JUDGES, {
  ROL020: by(API, ROLLOUT, RUN),
  ROL027: nobody(LATER),
  ROL028: nobody(LATER),
  ROL030: by(API, ROLLOUT),
  REF001: by(ROLLOUT),
  REF002: by(ROLLOUT),
  REF003: by(ROLLOUT),
  REF004: by(ROLLOUT),
  REF005: by(ROLLOUT),
  REF006: by(ROLLOUT),
  REF007: by(ROLLOUT),
  REF009: by(ROLLOUT, RUN),
  REF010: by(ROLLOUT, RUN),
  REF011: by(ROLLOUT, RUN),
  REF012: by(ROLLOUT, RUN),
  REF014: by(ROLLOUT, RUN),
  REF016: by(ROLLOUT),
  REF017: by(ROLLOUT),
  REF019: by(ROLLOUT),
  REF020: nobody(KUBELET),
  REF021: by('analyzers'),
  REF022: nobody('Of two objects of one name the one that is applied last stays.'),
  REF023: nobody(KUBELET),
  REF024: nobody('A Service without endpoints is one that is accepted.'),
  TRF001: by(ROLLOUT),
  TRF002: by(ROLLOUT),
  TRF003: by(ROLLOUT),
  TRF004: by(ROLLOUT),
  TRF005: by(ROLLOUT),
  TRF007: by('webhook'),
  TRF033: nobody(RUNTIME),
  TRF044: by('webhook'),
  TRF045: by('webhook'),
  TRF046: nobody(RUNTIME),
  MSH013: by(API, 'webhook'),
  MSH014: nobody('The webhook of OpenShift Service Mesh decides it; it is not asked here.'),
  ROL049: nobody(LATER),
  ROL050: nobody(LATER),
  ROL051: nobody(LATER),
  REF028: by(API),
  SCL014: by(API),
  PRM029: nobody('The query is valid, and its result is infinite.'),
  MON014: by('operator'),
  GIT017: nobody('Argo CD decides it; it is not asked here.'),
  GIT018: nobody('Argo CD decides it; it is not asked here.'),
  TRF034: nobody('The plugin reads its configuration when a step is reached; it is not asked here.'),
  TRF036: nobody('The implementation of the Gateway API decides it; none is asked here.'),
  SCL011: nobody('The webhook of KEDA decides it; it is not asked here.'),
  GIT012: nobody(RUNTIME),
  FLG002: nobody('Flagger decides it; it is not asked here.'),
  FLG006: nobody('Flagger decides it; it is not asked here.'),
  FLG007: nobody('Flagger decides it; it is not asked here.'),
  FLG008: nobody('Flagger renders the query at each check; it is not asked here.'),
  TRF010: nobody('The controller passes over a subset that is not there, and the traffic meets no pods.'),
  TRF011: nobody(LATER),
  TRF012: nobody(LATER),
  TRF013: nobody(RUNTIME),
  TRF014: by(ROLLOUT),
  TRF016: nobody('Istio passes over a VirtualService with hosts of its own that is delegated to.'),
  TRF017: by('webhook'),
  TRF018: nobody('istioctl warns of it only.'),
  TRF019: by('analyzers'),
  TRF021: by('analyzers'),
  TRF022: by('analyzers'),
  TRF023: nobody(RUNTIME),
  TRF024: nobody(RUNTIME),
  TRF025: nobody(RUNTIME),
  TRF026: nobody(RUNTIME),
  TRF027: nobody(RUNTIME),
  TRF028: by(API, 'webhook'),
  TRF029: by(API, 'webhook'),
  TRF030: by(API, 'webhook'),
  TRF031: by(API, 'webhook'),
  ANA001: by(ROLLOUT, RUN),
  ANA002: by(ROLLOUT, RUN),
  ANA003: by(ROLLOUT, RUN),
  ANA004: by(ROLLOUT, RUN),
  ANA005: by(ROLLOUT, RUN),
  ANA006: by(ROLLOUT, RUN),
  ANA007: by(ROLLOUT, RUN),
  ANA008: by(API, ROLLOUT, RUN),
  ANA009: by(ROLLOUT, RUN),
  ANA014: by(ROLLOUT, RUN),
  ANA030: by(RUN, 'measurement'),
  ANA031: nobody('The provider is asked when it measures; no system here is Datadog, CloudWatch or Kayenta.'),
  CON002: by(RUN, 'measurement'),
  CON003: by(RUN, 'measurement'),
  CON004: by(RUN, 'measurement'),
  CON008: nobody('A condition that nothing meets is one that can be judged.'),
  PRM001: by('promql'),
  PRM004: nobody(RUNTIME),
  PRM009: by('promql', 'measurement'),
  PRM011: nobody('Prometheus answers with nothing.'),
  PRM020: nobody('Prometheus answers with nothing.'),
  PRM026: by('promql'),
  PRM027: nobody('Prometheus answers with nothing.'),
  MON003: nobody('Prometheus finds no targets, and says nothing.'),
  MON005: nobody('Prometheus answers with nothing.'),
  MON006: by('operator'),
  MSH002: nobody(RUNTIME),
  MSH004: nobody(RUNTIME),
  MSH008: nobody(RUNTIME),
  MSH009: by('webhook'),
  SCL001: nobody(RUNTIME),
  SCL002: nobody('The autoscaler reports it in its status.'),
  SCL004: nobody(RUNTIME),
  SCL007: by(API),
  SCL009: nobody('The autoscaler reports it in its status.'),
  GIT006: nobody('Argo CD waits for ever.'),
  SEC003: nobody('No system looks for credentials.'),
  SEC005: nobody('No system looks for credentials.'),
  SEC007: nobody('No system looks for credentials.'),
});

/** Rules of severity error that the table lacks, and entries of rules that are no more. */
export function tableProblems(rules) {
  const codes = new Set(rules.map(({ code }) => code));
  return [
    ...rules
      .filter(({ code, severity }) => severity === 'error' && !JUDGES[code])
      .map(({ code }) => `${code} is an error, and conformance/harness/judges.mjs does not say who judges it`),
    ...Object.keys(JUDGES)
      .filter((code) => !codes.has(code))
      .map((code) => `conformance/harness/judges.mjs names ${code}, which is no rule`),
  ];
}
