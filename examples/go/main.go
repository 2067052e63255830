// examples/typescript/main.ts in Go: the same bytes.
package main

import (
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-canary/cdk8s-canary-go/cdk8scanary"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

func main() {
	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("languages"), &cdk8s.ChartProps{Namespace: jsii.String("shop")})
	hosts := jsii.Strings("checkout.example.com")

	cdk8scanary.NewCanaryApp(chart, jsii.String("checkout"), &cdk8scanary.CanaryAppProps{
		Image:       jsii.String("registry.example.com/checkout:1.4.2"),
		Port:        jsii.Number(8080),
		Hosts:       hosts,
		SplitInMesh: jsii.Bool(true),
		Prometheus:  jsii.String("http://prometheus.monitoring:9090"),
		Autoscaling: &cdk8scanary.CanaryAppAutoscaling{
			MinReplicas: jsii.Number(4),
			MaxReplicas: jsii.Number(10),
			Cpu:         jsii.Number(70),
		},
		Steps: &[]cdk8scanary.CanaryStep{
			cdk8scanary.CanaryStep_CanaryScale(cdk8scanary.CanaryScale_Weight(jsii.Number(25))),
			cdk8scanary.CanaryStep_SetHeaderRoute(jsii.String("testers"), &[]cdk8scanary.HeaderMatch{
				cdk8scanary.HeaderMatch_Exact(jsii.String("x-canary"), jsii.String("always")),
			}),
			cdk8scanary.CanaryStep_Pause(nil),
			cdk8scanary.CanaryStep_SetWeight(jsii.Number(10), nil),
			cdk8scanary.CanaryStep_CanaryScale(cdk8scanary.CanaryScale_MatchTrafficWeight()),
			cdk8scanary.CanaryStep_Analysis(nil),
			cdk8scanary.CanaryStep_SetWeight(jsii.Number(50), nil),
			cdk8scanary.CanaryStep_Pause(cdk8s.Duration_Minutes(jsii.Number(10))),
			cdk8scanary.CanaryStep_Analysis(nil),
		},
		Checks: &[]cdk8scanary.CanaryCheck{
			cdk8scanary.CanaryCheck_SuccessRate(&cdk8scanary.SuccessRateOptions{AtLeast: jsii.Number(0.99)}),
			cdk8scanary.CanaryCheck_Latency(&cdk8scanary.LatencyOptions{
				Quantile: jsii.Number(0.95),
				AtMost:   cdk8s.Duration_Millis(jsii.Number(500)),
			}),
		},
		Traffic: &cdk8scanary.IstioTrafficOptions{
			SplitBy: cdk8scanary.SplitBy_Subsets(nil),
			Servers: &[]cdk8scanary.GatewayServer{
				cdk8scanary.GatewayServer_Https(jsii.String("checkout-cert"), &cdk8scanary.GatewayServerOptions{Hosts: hosts}),
			},
			TrafficPolicy: &cdk8scanary.TrafficPolicy{Tls: cdk8scanary.ClientTls_IstioMutual()},
		},
		Patches: &[]*cdk8scanary.ManifestPatch{{
			Target: &cdk8scanary.ManifestPatchTarget{Kind: jsii.String("Rollout")},
			Merge: map[string]interface{}{
				"metadata": map[string]interface{}{"annotations": map[string]interface{}{"team": "payments"}},
			},
		}},
	})

	cdk8scanary.NewArgoCdApplication(
		cdk8s.NewChart(app, jsii.String("languages-argocd"), nil),
		jsii.String("checkout"),
		&cdk8scanary.ArgoCdApplicationProps{
			Manages: &[]constructs.IConstruct{chart},
			RepoUrl: jsii.String("https://git.example.com/shop/deploy.git"),
			Path:    jsii.String("dist"),
			Include: jsii.String("languages.k8s.yaml"),
		},
	)

	refuse()
	app.Synth()
}

// What is wrong is reported as a panic, before anything is written.
func refuse() {
	wrong := cdk8s.NewApp(nil)
	cdk8scanary.NewCanaryApp(
		cdk8s.NewChart(wrong, jsii.String("wrong"), nil),
		jsii.String("checkout"),
		&cdk8scanary.CanaryAppProps{Image: jsii.String("registry.example.com/checkout:1"), Port: jsii.Number(0)},
	)
	defer func() {
		if message := fmt.Sprint(recover()); !strings.Contains(message, "port") {
			panic("a port of 0 was not refused: " + message)
		}
	}()
	wrong.Synth()
}
