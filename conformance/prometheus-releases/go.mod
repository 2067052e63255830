// The module of the harness. What it needs of each release of Prometheus is in releases/.
module cdk8s-canary.dev/conformance/prometheus-releases

go 1.26
