// The module of the harness. What it needs of each release of Argo CD is in releases/.
module cdk8s-canary.dev/conformance/argo-cd

go 1.26
