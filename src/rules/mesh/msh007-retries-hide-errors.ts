import { rollouts } from '../../graph';
import type { Rule } from '../shared/rule';
import { meshApp } from '../shared/example';

const HIDING = ['5xx', 'gateway-error', 'retriable-status-codes'];

export const retriesHideErrors: Rule = {
  code: 'MSH007',
  severity: 'advice',
  title: 'Retries hide failures of the canary',
  why: 'When the canary fails, the proxy retries, and at low weights mostly the stable version answers. Callers see a success, and so does a measurement at their side. Load and latency of the canary grow unseen.',
  fix: 'Retry only requests that never reached a pod (`connect-failure,refused-stream`), or measure at the pods (`reporter="destination"`).',
  whenNotToUse: 'When the analysis measures at the pods.',
  bad: meshApp({ route: '      retries:\n        attempts: 3\n        retryOn: 5xx' }),
  good: meshApp({ route: '      retries:\n        attempts: 3\n        retryOn: connect-failure,refused-stream' }),
  checkPart(graph, report, part) {
    for (const { resource, virtualServices } of part(rollouts(graph))) {
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
          `${retries.resource} retries up to ${attempts} time${attempts === 1 ? '' : 's'} on ${hiding.join(', ')}, so failures of the canary of ${resource} stay hidden`,
        );
      }
    }
  },
};
