import { quoted } from '../formats/names';
import { type Found } from '../formats/option-problem';

/**
 * The events that Argo Rollouts notifies about, if its default triggers are installed.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/notifications/#default-trigger-templates
 */
export enum NotificationTrigger {
  /** An AnalysisRun ended in an error. */
  ANALYSIS_RUN_ERROR = 'on-analysis-run-error',
  /** An AnalysisRun failed. */
  ANALYSIS_RUN_FAILED = 'on-analysis-run-failed',
  /** An AnalysisRun started. */
  ANALYSIS_RUN_RUNNING = 'on-analysis-run-running',
  /** A rollout was aborted. */
  ROLLOUT_ABORTED = 'on-rollout-aborted',
  /** A rollout was completed. */
  ROLLOUT_COMPLETED = 'on-rollout-completed',
  /** A rollout is paused. */
  ROLLOUT_PAUSED = 'on-rollout-paused',
  /** A step was completed. */
  ROLLOUT_STEP_COMPLETED = 'on-rollout-step-completed',
  /** A rollout started. */
  ROLLOUT_UPDATED = 'on-rollout-updated',
  /** A ReplicaSet is scaled. */
  SCALING_REPLICA_SET = 'on-scaling-replica-set',
}

/**
 * A subscription to notifications. The services are configured with the controller.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/notifications/
 */
export class NotificationSubscription {
  /**
   * Notifies Slack channels.
   *
   * @param trigger The event.
   * @param channels The names of the channels.
   */
  public static slack(trigger: NotificationTrigger, ...channels: string[]): NotificationSubscription {
    return new NotificationSubscription(trigger, 'slack', channels);
  }

  /**
   * Notifies by any service, for any trigger.
   *
   * @param trigger The trigger's name, such as `on-rollout-paused`.
   * @param service The service's name, such as `email` or `teams`.
   * @param recipients The recipients, as the service names them.
   */
  public static of(trigger: string, service: string, ...recipients: string[]): NotificationSubscription {
    return new NotificationSubscription(trigger, service, recipients);
  }

  /** Always true. Go compares types by their members, and so tells a NotificationSubscription from other values. */
  public get isNotificationSubscription(): boolean {
    return true;
  }

  private constructor(
    private readonly trigger: string,
    private readonly service: string,
    private readonly recipients: string[],
  ) {}

  /** @internal */
  public _annotation(): [key: string, value: string] {
    return [`notifications.argoproj.io/subscribe.${this.trigger}.${this.service}`, this.recipients.join(';')];
  }

  /** Of two subscriptions of one trigger and service, only the last would count. @internal */
  public _twiceProblem(before: readonly NotificationSubscription[]): Found {
    if (!before.some((one) => one.trigger === this.trigger && one.service === this.service)) return undefined;
    return `the notification of ${quoted(this.trigger)} by ${this.service} is there twice; give all recipients in one`;
  }

  /** @internal */
  public _problems(): Found[] {
    const what = `the notification of ${quoted(this.trigger)}`;
    const problems: Found[] = [];
    if (!/^[a-z0-9][a-z0-9-]*$/.test(this.trigger)) {
      problems.push(`${what} has a trigger that is no name; use small letters, digits and '-', as on-rollout-paused`);
    }
    if (!/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(this.service)) {
      problems.push(`${what} has the service ${quoted(this.service)}, which is no name; give one such as 'slack'`);
    }
    if (this.recipients.length === 0) problems.push(`${what} has no recipient; name one`);
    for (const recipient of this.recipients.filter((one) => one.trim() === '' || one.includes(';'))) {
      problems.push(`${what} has the recipient ${quoted(recipient)}; give one name each, without ';'`);
    }
    return problems;
  }
}
