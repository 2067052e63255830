/** What confirms a rule, for its page. The conformance run uses the code of the systems themselves. */
export const CONFIRMED_BY = {
  apiServer:
    'Kubernetes 1.34: the validation code of the API server refuses the same manifests (conformance item `linter`).',
  apiServerAndIstio:
    'Kubernetes 1.34 and Istio 1.30: the validation code of the API server and of istiod refuses the same manifests (conformance item `linter`).',
  rollout:
    'Argo Rollouts 1.9.1: the Rollout controller refuses the same manifests (conformance item `linter`). No difference in 1.8 and 1.10 is known.',
  analysisRun:
    'Argo Rollouts 1.9.1: the Rollout and the AnalysisRun controller refuse the same manifests (conformance item `linter`). No difference in 1.8 and 1.10 is known.',
  measurement:
    'Argo Rollouts 1.9.1: the Prometheus provider ends the same measurements in an error (conformance items `linter` and `conditions`).',
  phases:
    'Argo Rollouts 1.9.1: its Prometheus provider gives the same phase for the same condition and result (conformance item `conditions`).',
  timeline:
    'Argo Rollouts 1.9.1: the real controllers pass through the same steps at the same times (conformance item `simulation`). That nobody is warned is read from their source.',
  source: 'Argo Rollouts 1.9.1, read from its source. No system reports it: the manifests are accepted.',
  promql:
    'Prometheus 2.42, 3.13 and 3.16: promtool and the parser refuse the same queries (conformance item `promql`).',
  series:
    'Prometheus 2.42 to 3.16, by the definition of its functions. No system reports it: the query is valid, and its result misleads.',
  scrape:
    'Prometheus Operator 0.93 and Prometheus 3: the targets and labels are those of their own code (conformance item `scrape`).',
  istio: 'Istio 1.30: the analyzers of istioctl report the same (conformance item `linter`).',
  itself: 'This is about the linter itself.',
  nobody: 'No system reports this beforehand: the manifests are accepted, and the consequence shows later.',
} as const;
