import { ANALYSIS_REFUSALS } from './analysis';
import { APP_REFUSALS } from './app';
import { GATEWAY_API_REFUSALS } from './gateway-api';
import { OTHER_REFUSALS } from './others';
import { POD_REFUSALS } from './pods';
import type { Refusals } from './refusal';
import { ROLLOUT_REFUSALS } from './rollout';
import { ISTIO_REFUSALS } from './traffic-istio';
import { POLICY_REFUSALS } from './traffic-policies';

/** The refusals of all constructs. */
export const REFUSALS: Refusals = {
  ...APP_REFUSALS,
  ...ROLLOUT_REFUSALS,
  ...POD_REFUSALS,
  ...ISTIO_REFUSALS,
  ...POLICY_REFUSALS,
  ...GATEWAY_API_REFUSALS,
  ...ANALYSIS_REFUSALS,
  ...OTHER_REFUSALS,
};
