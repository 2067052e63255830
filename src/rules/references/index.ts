import { missingService } from './ref001-missing-service';
import { missingVirtualService } from './ref002-missing-virtual-service';
import { missingDestinationRule } from './ref003-missing-destination-rule';
import { missingAnalysisTemplate } from './ref004-missing-analysis-template';
import { oneVirtualServiceField } from './ref005-one-virtual-service-field';
import { serviceSelectsOtherPods } from './ref006-service-selects-other-pods';
import { serviceOfAnother } from './ref007-service-of-another';
import { argumentDiffers } from './ref009-argument-differs';
import { argumentNotGiven } from './ref010-argument-not-given';
import { argumentHasTwoSources } from './ref011-argument-has-two-sources';
import { argumentNotDeclared } from './ref012-argument-not-declared';
import { argumentOfNoTemplate } from './ref013-argument-of-no-template';
import { ruleForMetricTwice } from './ref014-rule-for-metric-twice';
import { ingress } from './ref016-ingress';
import { workloadRef } from './ref017-workload-ref';
import { workloadRunsToo } from './ref018-workload-runs-too';
import { templateContainsItself } from './ref019-template-contains-itself';
import { secretKey } from './ref020-secret-key';
import { missingGateway } from './ref021-missing-gateway';
import { sameObjectTwice } from './ref022-same-object-twice';
import { missingConfigMap } from './ref023-missing-config-map';
import { serviceSelectsNothing } from './ref024-service-selects-nothing';
import { deploymentBeside } from './ref025-deployment-beside';
import { sharedConfiguration } from './ref026-shared-configuration';
import type { Rule } from '../shared/rule';
import { notification } from './ref027-notification';
import { subjectWithoutNamespace } from './ref028-subject-without-namespace';
import { pluginNotConfigured } from './ref029-plugin-not-configured';
import { missingTriggerAuthentication } from './ref030-missing-trigger-authentication';

/** The rules of this folder, by code. */
export const REFERENCE_RULES: readonly Rule[] = [
  missingService,
  missingVirtualService,
  missingDestinationRule,
  missingAnalysisTemplate,
  oneVirtualServiceField,
  serviceSelectsOtherPods,
  serviceOfAnother,
  argumentDiffers,
  argumentNotGiven,
  argumentHasTwoSources,
  argumentNotDeclared,
  argumentOfNoTemplate,
  ruleForMetricTwice,
  ingress,
  workloadRef,
  workloadRunsToo,
  templateContainsItself,
  secretKey,
  missingGateway,
  sameObjectTwice,
  missingConfigMap,
  serviceSelectsNothing,
  deploymentBeside,
  sharedConfiguration,
  notification,
  subjectWithoutNamespace,
  pluginNotConfigured,
  missingTriggerAuthentication,
];
