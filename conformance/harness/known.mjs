// Disagreements that are known, each with its reason and the cases that it may excuse, as narrow as can be. What is not
// listed here fails the run.

export const KNOWN = {
  simulation: [
    {
      id: 'two-events-in-one-moment',
      reason:
        'A person acts in the very moment in which the first pod of the new version becomes available. Which of the two the controllers see first is a matter of chance.',
      applies: ({ actions, pods, spec }) =>
        actions.some(({ at }) => at === (pods.canaryStart ?? pods.start) + (spec.minReadySeconds ?? 0)),
    },
  ],
  conditions: [],
  scrape: [],
  yaml: [
    {
      id: 'number-and-text-as-keys',
      reason:
        'Where an object has a key once as a number or boolean and once as a text (`on:` beside `"true":`), the value that Go gives it changes from run to run. Ours is the last one, and the key is reported.',
      applies: ({ ours, theirs }) => !ours.error && !theirs.refused && ours.duplicates.some(({ mixed }) => mixed),
    },
    {
      id: 'character-behind-the-end',
      reason:
        'Go does not look at what follows the end of a document, but for the few hundred bytes that it has read ahead. Our reader refuses a control character there too.',
      applies: ({ ours, theirs }) => !theirs.refused && /^the character U\+/.test(ours.error?.message),
    },
    {
      id: 'nested-too-deeply',
      reason: 'What is nested more than 200 levels deep is refused by our reader, and by Go from 10,000 levels on.',
      applies: ({ ours }) => /nested more than 200 levels deep/.test(ours.error?.message),
    },
  ],
  linter: [
    {
      id: 'pods-of-an-experiment',
      reason:
        'The pods of an Experiment and of a Job are checked when the controller makes ReplicaSets and Jobs of them, which nothing does here.',
      applies: ({ direction, code, object = '' }) =>
        direction === 'alone' &&
        code === 'ROL038' &&
        /^(Experiment|AnalysisTemplate|ClusterAnalysisTemplate|AnalysisRun)\//.test(object),
    },
    {
      id: 'name-of-a-step-plugin',
      reason:
        "A step plugin is found by its name in the controller's configuration, which is not here. The configuration takes names of two parts only.",
      applies: ({ direction, code, path }) =>
        direction === 'alone' && code === 'ROL014' && /\.steps\[\d+\]\.plugin\.name$/.test(path),
    },
    {
      id: 'image-of-spaces',
      reason:
        'Kubernetes takes an image with spaces around it in a template of pods, and refuses the pods, which nothing makes here.',
      applies: ({ direction, code, message }) =>
        direction === 'alone' &&
        code === 'ROL038' &&
        /has the image '( .*|.* )', which has a space in it/.test(message),
    },
    {
      id: 'version-no-longer-served',
      reason:
        'The types of apps/v1beta1 and apps/v1beta2 are still in the code of the API server, which no longer serves them since Kubernetes 1.16.',
      applies: ({ direction, code, message }) =>
        direction === 'alone' && code === 'SCH008' && /has no version 'v1beta[12]' in apps/.test(message),
    },
    {
      id: 'values-of-an-authorization-policy',
      reason:
        'istiod checks the ports, addresses and conditions of an AuthorizationPolicy. The linter reads who may scrape, and compares ports with those of pods.',
      applies: ({ direction, by, object, message }) =>
        direction === 'missed' &&
        by === 'webhook' &&
        /^AuthorizationPolicy\//.test(object) &&
        message.includes('invalid policy'),
    },
    {
      id: 'field-of-an-answer',
      reason:
        'What a web service answers is known to nobody here. The conditions are tried with some answers, and none of these has the field that a condition reads.',
      applies: ({ direction, by, message, manifests }) =>
        direction === 'missed' &&
        by === 'measurement' &&
        /can only be selected using an integer|cannot fetch/.test(message) &&
        manifests.some(({ spec }) => /"web":/.test(JSON.stringify(spec?.metrics ?? ''))),
    },
    {
      id: 'behind-a-feature-flag',
      reason:
        'Prometheus reads duration expressions only with a feature flag, which the parser here does not have. The linter warns of them (PRM026), since the flag may be set.',
      applies: ({ direction, by, message }) =>
        direction === 'missed' &&
        by === 'promql' &&
        message.includes('experimental duration expression is not enabled'),
    },
    {
      id: 'labels-of-null',
      reason:
        'The API server removes a label that is null, so the selector is empty. The controller here reads the object as it was written, where the label is an empty text.',
      applies: ({ direction, code, manifests }) =>
        direction === 'alone' &&
        code === 'ROL003' &&
        manifests.some(({ kind, spec }) => kind === 'Rollout' && /:null/.test(JSON.stringify(spec?.selector ?? {}))),
    },
    {
      id: 'source-of-the-environment',
      reason: 'That each element of `envFrom` names a ConfigMap or a Secret is left to the controller.',
      applies: ({ direction, message }) =>
        direction === 'missed' && /envFrom|configMapRef/.test(message) && message.includes('must specify one of'),
    },
    {
      id: 'port-as-a-pattern',
      reason:
        'The operator puts the name of a port into a regular expression, and does not say of which monitor one is malformed. The linter says of the monitor that no Service has the port.',
      applies: ({ direction, by, message, manifests }) =>
        direction === 'missed' &&
        by === 'operator' &&
        message.includes('error parsing regexp') &&
        manifests.some(({ kind, spec }) => /Monitor$/.test(kind) && JSON.stringify(spec ?? {}).includes('"port":"*"')),
    },
    {
      id: 'namespace-of-another-type',
      reason:
        'A namespace that is no text is refused by whoever reads the object first, who does not say which object it is. The linter says so of the object.',
      applies: ({ direction, by, message, code, path }) =>
        (direction === 'missed' &&
          by === 'operator' &&
          /ObjectMeta\.metadata\.namespace of type string/.test(message)) ||
        (direction === 'alone' && code === 'SCH004' && path === 'metadata.namespace'),
    },
    {
      id: 'pods-of-other-subsets',
      reason:
        'istioctl looks for the pods of every subset in the cluster. Those of a subset that no Rollout uses need not be in Git; the linter warns of such a subset (TRF009).',
      applies: ({ direction, by, message }) =>
        direction === 'missed' && by === 'analyzers' && message.includes('does not select any pods'),
    },
    {
      id: 'label-of-a-relabeling',
      reason:
        'Prometheus refuses a configuration whose relabelings write to what is no label; the linter does not read relabelings.',
      applies: ({ direction, by, message }) =>
        direction === 'missed' && by === 'operator' && message.includes('is not a valid label name'),
    },
    {
      id: 'field-of-the-status',
      reason:
        'An argument from a field of the status, which is there at some time or never: that is known only in the cluster.',
      applies: ({ direction, by, message }) =>
        direction === 'missed' && by === 'analysis' && message.startsWith('invalid path status.'),
    },
    {
      id: 'empty-secret',
      reason: 'A Secret with nothing in it is one that something else fills in.',
      applies: ({ direction, by, message, manifests }) =>
        direction === 'missed' &&
        by === 'analysis' &&
        /key '.*' does not exist in secret/.test(message) &&
        manifests.some((one) => one.kind === 'Secret' && !one.data && !one.stringData),
    },
    {
      id: 'secret-elsewhere',
      reason: 'Secrets are seldom kept beside manifests: one that an argument names and that is not there is no error.',
      applies: ({ direction, by, message }) =>
        direction === 'missed' && by === 'analysis' && /secrets ".*" not found/.test(message),
    },
    {
      id: 'name-with-dots',
      reason:
        'What stands after the last dot of the name of a VirtualService is its namespace, since 1.8. Where one has the whole name, the linter takes it for what is meant.',
      applies: ({ direction, by, manifests }) =>
        direction === 'missed' &&
        by === 'controller' &&
        manifests.some(({ kind, metadata }) => kind === 'VirtualService' && String(metadata?.name).includes('.')),
    },
    {
      id: 'hash-of-no-version',
      reason:
        'Of a version that is neither Latest nor Stable the controller takes the hash to be empty, and so a query that finds nothing, or everything.',
      applies: ({ direction, code, path }) =>
        direction === 'alone' && code === 'ROL020' && path.endsWith('.valueFrom.podTemplateHashValue'),
    },
    {
      id: 'pods-of-a-job',
      reason: 'The pods of the Job of a metric are looked at when the Job is made, by nobody before.',
      applies: ({ direction, code, object, path }) =>
        direction === 'alone' &&
        code === 'SCH006' &&
        /^(Cluster)?AnalysisTemplate\//.test(object) &&
        /^spec\.metrics\[\d+\]\.provider\.job\.spec\.template\./.test(path),
    },
    {
      id: 'host-of-two-labels',
      reason:
        'A host of two labels is as likely one of the internet as a Service in another namespace. istioctl knows of a ServiceEntry for each of the former.',
      applies: ({ direction, by, message }) =>
        direction === 'missed' && by === 'analyzers' && /^Referenced host not found: "[^".*]+\.[^".]+"/.test(message),
    },
    {
      id: 'kind-of-another-program',
      reason:
        'Files of other programs have the apiVersion v1 as well. Of KEDA, Kargo and Traefik no definition is at hand by which to tell that a kind is theirs.',
      applies: ({ direction, by, message }) =>
        direction === 'missed' &&
        by === 'schema' &&
        /^no kind (ScaledObject|Canary|MetricTemplate|AlertProvider|Stage|Warehouse|TraefikService) in (v\d|kargo|traefik|\S*[A-Z])/.test(
          message,
        ),
    },
    {
      id: 'function-as-a-value',
      reason: 'A function that is named and not called: our evaluator declines to judge the condition.',
      applies: ({ direction, by, message }) =>
        direction === 'missed' && by === 'measurement' && message.includes(' func('),
    },
  ],
};

/** The known disagreement that a case may show; undefined where it must agree. */
export const knownFor = (item, one) => KNOWN[item].find(({ applies }) => applies(one));
