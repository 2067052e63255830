/** The name of a port that makes the AWS load balancer controller read the Services and their weights from an annotation. */
export const USE_ANNOTATION = 'use-annotation';
