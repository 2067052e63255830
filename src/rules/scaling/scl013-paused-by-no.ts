import { documents, exampleRollout, exampleScaledObject } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (paused: string): string =>
  documents(
    exampleRollout('steps: [{ setWeight: 20 }, { pause: {} }]'),
    exampleScaledObject('triggers: [{ type: cpu, metricType: Utilization, metadata: { value: "70" } }]').replace(
      '  name: checkout\n',
      `  name: checkout\n  annotations: { autoscaling.keda.sh/paused: ${paused} }\n`,
    ),
  );

/** The texts that Go parses as a boolean. KEDA pauses for any other value. */
const BOOLEAN = /^(1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/;

export const pausedByNo: Rule = {
  code: 'SCL013',
  severity: 'warning',
  title: 'A value that should not pause KEDA pauses it',
  why: 'KEDA pauses a ScaledObject whenever the annotation `autoscaling.keda.sh/paused` is there and is not a boolean that Go reads as false. `"no"`, `"off"` and an empty value pause it, and nothing scales the Rollout any more.',
  fix: 'Write `"false"`, or remove the annotation.',
  whenNotToUse: 'Never: write `"true"` where it should be paused.',
  confirmedBy: 'KEDA 2.21.0, measured.',
  bad: manifests('"no"'),
  good: manifests('"false"'),
  check(graph, report) {
    for (const kind of ['ScaledObject', 'ScaledJob']) {
      for (const resource of graph.ofKind(kind, 'keda.sh')) {
        const paused = resource.field('metadata', 'annotations', 'autoscaling.keda.sh/paused');
        if (paused.string === undefined || BOOLEAN.test(paused.string)) continue;
        report(
          paused,
          `${resource} is paused: autoscaling.keda.sh/paused is '${paused.string}', which KEDA takes for true`,
          {
            hint: 'write "false", or remove the annotation',
            fix: /^(no|off|n)$/i.test(paused.string)
              ? { title: 'write "false"', edits: [{ at: paused, set: 'false' }] }
              : undefined,
          },
        );
      }
    }
  },
};
