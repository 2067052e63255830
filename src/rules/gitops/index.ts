import { weightsNotIgnored } from './git001-weights-not-ignored';
import { subsetLabelsNotIgnored } from './git002-subset-labels-not-ignored';
import { respectsLists } from './git003-respects-lists';
import { ignoresByManager } from './git004-ignores-by-manager';
import { ignoresTooMuch } from './git005-ignores-too-much';
import { waveDeadlock } from './git006-wave-deadlock';
import { pauseBlocksWaves } from './git007-pause-blocks-waves';
import { healsManagedRoutes } from './git008-heals-managed-routes';
import { scaledDownDeployment } from './git009-scaled-down-deployment';
import { prunesWhatStableUses } from './git010-prunes-what-stable-uses';
import { hashInGit } from './git011-hash-in-git';
import { removesSelectorHash } from './git012-removes-selector-hash';
import { knownTypeFields } from './git013-known-type-fields';
import { rollingSyncWaits } from './git014-rolling-sync-waits';
import type { Rule } from '../shared/rule';
import { freightFromNowhere } from './git015-freight-from-nowhere';
import { productionFirst } from './git016-production-first';
import { applicationIncomplete } from './git017-application-incomplete';
import { applicationSetElements } from './git018-application-set-elements';
import { keepsContainers } from './git019-keeps-containers';
import { hookOfNoPhase } from './git020-hook-of-no-phase';

/** The rules of this folder, by code. */
export const GITOPS_RULES: readonly Rule[] = [
  weightsNotIgnored,
  subsetLabelsNotIgnored,
  respectsLists,
  ignoresByManager,
  ignoresTooMuch,
  waveDeadlock,
  pauseBlocksWaves,
  healsManagedRoutes,
  scaledDownDeployment,
  prunesWhatStableUses,
  hashInGit,
  removesSelectorHash,
  knownTypeFields,
  rollingSyncWaits,
  freightFromNowhere,
  productionFirst,
  applicationIncomplete,
  applicationSetElements,
  keepsContainers,
  hookOfNoPhase,
];
