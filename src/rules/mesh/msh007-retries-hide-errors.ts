import { rollouts } from '../../graph';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { meshApp } from '../shared/example';

const HIDING = ['5xx', 'gateway-error', 'retriable-status-codes'];

export const retriesHideErrors: Rule = {
  code: 'MSH007',
  severity: 'advice',
  title: 'Retries hide the failures of the canary',
  why: "The proxy asks again when the canary fails, and with the weights as they are mostly the stable version answers. Callers see a success, and at low weights so does every measurement at their side; the canary's load and latency grow unseen.",
  fix: 'Retry only what never reached a pod (`connect-failure,refused-stream`), or count the tries at the pods (`reporter="destination"`).',
  bad: meshApp({ route: '      retries:\n        attempts: 3\n        retryOn: 5xx' }),
  good: meshApp({ route: '      retries:\n        attempts: 3\n        retryOn: connect-failure,refused-stream' }),
  check(graph, found) {
    const report = distinct(found);
    for (const { resource, virtualServices } of rollouts(graph)) {
      for (const { field } of virtualServices.flatMap(({ routes }) => routes)) {
        const retries = field.get('retries');
        const attempts = retries.get('attempts').integer ?? 0;
        const on = retries.get('retryOn');
        const hiding = (on.string ?? '')
          .split(',')
          .map((one) => one.trim())
          .filter((one) => HIDING.includes(one) || /^5\d\d$/.test(one));
        if (attempts <= 0 || hiding.length === 0) continue;
        report(
          on,
          `${retries.resource} asks up to ${attempts} time${attempts === 1 ? '' : 's'} more on ${hiding.join(', ')}, so that failures of the canary of ${resource} reach nobody`,
        );
      }
    }
  },
};
