import { controllerBehaviour, NEWEST, type ControllerBehaviour } from '../../versions';
import type { RolloutModel } from '../model';

const newest = controllerBehaviour(NEWEST.argoRollouts[0]);

/** The behaviour of the controller that differs between releases. */
export const behaviourOf = (rollout: Pick<RolloutModel, 'controller'>): ControllerBehaviour =>
  rollout.controller ?? newest;
