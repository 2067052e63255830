import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { providerProblems } from '../../formats/argo-rollouts/provider-problems';
import { positiveDurationProblem, seconds, wholeSecondsProblem } from '../../formats/duration';
import { at, type Found } from '../../formats/option-problem';

/**
 * A measurement by a Job: successful when the Job is, failed when it fails.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/job/
 */
export interface JobMetric {
  /**
   * The image of the Job's container. It may use the template's arguments.
   */
  readonly image: string;

  /**
   * The command, instead of the image's own.
   * @default - the image's
   */
  readonly command?: string[];

  /**
   * The arguments of the command. They may use the template's arguments, such as `{{args.canary-host}}`.
   * @default - the image's
   */
  readonly args?: string[];

  /**
   * The environment.
   * @default - none
   */
  readonly env?: { [name: string]: kplus.EnvValue };

  /**
   * What the container asks for.
   * @default - what cdk8s-plus gives to a container
   */
  readonly resources?: kplus.ContainerResources;

  /**
   * What the container may do.
   * @default - what cdk8s-plus gives to a container: no root, nothing written
   */
  readonly securityContext?: kplus.ContainerSecurityContextProps;

  /**
   * The service account under which it runs.
   * @default - the namespace's default, without its token
   */
  readonly serviceAccount?: kplus.IServiceAccount;

  /**
   * How often the Job is tried again, in whole numbers.
   * @default 0 - a failed test has failed
   */
  readonly backoffLimit?: number;

  /**
   * How long it may take.
   * @default Duration.minutes(10)
   */
  readonly deadline?: Duration;

  /**
   * Labels of the pod.
   * @default - `sidecar.istio.io/inject: 'false'`, because a proxy that never ends keeps a Job from ending
   */
  readonly podLabels?: { [key: string]: string };

  /**
   * Annotations of the pod.
   * @default - none
   */
  readonly podAnnotations?: { [key: string]: string };

  /**
   * Labels of the Job.
   * @default - none
   */
  readonly jobLabels?: { [key: string]: string };

  /**
   * Annotations of the Job.
   * @default - none
   */
  readonly jobAnnotations?: { [key: string]: string };
}

export function renderJob(job: JobMetric): object {
  const container = new kplus.Container({
    name: 'job',
    image: job.image,
    command: job.command,
    args: job.args,
    envVariables: job.env,
    resources: job.resources,
    securityContext: job.securityContext,
  });
  const account = job.serviceAccount;
  const { jobLabels: labels, jobAnnotations: annotations } = job;
  return {
    metadata: labels || annotations ? { labels, annotations } : undefined,
    spec: kplus.k8s.toJson_JobSpec({
      backoffLimit: job.backoffLimit ?? 0,
      activeDeadlineSeconds: seconds(job.deadline ?? Duration.minutes(10)),
      template: {
        metadata: {
          labels: job.podLabels ?? { 'sidecar.istio.io/inject': 'false' },
          annotations: job.podAnnotations,
        },
        spec: {
          restartPolicy: 'Never',
          serviceAccountName: account?.name,
          automountServiceAccountToken: account !== undefined,
          containers: [container._toKube()],
        },
      },
    }),
  };
}

export function jobProblems(job: JobMetric): Found[] {
  const problems = [
    at('deadline', positiveDurationProblem('deadline', job.deadline)),
    at('deadline', wholeSecondsProblem('deadline', job.deadline)),
    ...providerProblems('job', renderJob(job)).map(({ message }) => message),
  ];
  return problems;
}
