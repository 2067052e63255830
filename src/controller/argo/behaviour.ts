import { controllerBehaviour, NEWEST, type ControllerBehaviour } from '../../versions';
import type { RolloutModel } from '../model';

const newest = controllerBehaviour(NEWEST.argoRollouts[0]);

/** What the controller that carries a rollout out does where releases differ. */
export const behaviourOf = (rollout: Pick<RolloutModel, 'controller'>): ControllerBehaviour =>
  rollout.controller ?? newest;
