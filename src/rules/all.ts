import { ANALYSIS_RULES } from './analysis';
import { CONDITION_RULES } from './conditions';
import { FLAGGER_RULES } from './flagger';
import { GITOPS_RULES } from './gitops';
import { MESH_RULES } from './mesh';
import { MONITORING_RULES } from './monitoring';
import { PROMQL_RULES } from './promql';
import { REFERENCE_RULES } from './references';
import { ROLLOUT_RULES } from './rollout';
import type { Rule } from './shared/rule';
import { SCALING_RULES } from './scaling';
import { brokenYaml } from './schema/sch001-broken-yaml';
import { duplicateKey } from './schema/sch002-duplicate-key';
import { unknownField } from './schema/sch003-unknown-field';
import { wrongType } from './schema/sch004-wrong-type';
import { missingField } from './schema/sch005-missing-field';
import { valueNotAllowed } from './schema/sch006-value-not-allowed';
import { alternatives } from './schema/sch007-alternatives';
import { unknownKind } from './schema/sch008-unknown-kind';
import { noName } from './schema/sch009-no-name';
import { servicePorts } from './schema/sch010-service';
import { droppedField } from './schema/sch011-dropped-field';
import { experimentalField } from './schema/sch012-experimental-field';
import { SECURITY_RULES } from './security';
import { unusedSuppression } from './suppressions/sup001-unused';
import { suppressionWithoutReason } from './suppressions/sup002-no-reason';
import { suppressionOfUnknownRule } from './suppressions/sup003-unknown-rule';
import { TRAFFIC_RULES } from './traffic';

/** All rules, by group and code. */
export const RULES: readonly Rule[] = [
  brokenYaml,
  duplicateKey,
  unknownField,
  wrongType,
  missingField,
  valueNotAllowed,
  alternatives,
  unknownKind,
  noName,
  servicePorts,
  droppedField,
  experimentalField,
  ...ROLLOUT_RULES,
  ...REFERENCE_RULES,
  ...TRAFFIC_RULES,
  ...ANALYSIS_RULES,
  ...CONDITION_RULES,
  ...PROMQL_RULES,
  ...MONITORING_RULES,
  ...MESH_RULES,
  ...SCALING_RULES,
  ...GITOPS_RULES,
  ...SECURITY_RULES,
  ...FLAGGER_RULES,
  unusedSuppression,
  suppressionWithoutReason,
  suppressionOfUnknownRule,
];
