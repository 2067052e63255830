// The module of the harness. What it needs of each release of Argo Rollouts is in releases/.
module cdk8s-canary.dev/conformance/rollouts

go 1.26
