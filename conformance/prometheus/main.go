package main

import (
	"fmt"

	"github.com/prometheus-operator/prometheus-operator/pkg/prometheus"
	"github.com/prometheus/prometheus/model/relabel"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/scrape"
	"github.com/prometheus/prometheus/discovery/kubernetes"
)

func main() { fmt.Println(prometheus.NewConfigGenerator, relabel.ProcessBuilder, parser.NewParser, scrape.PopulateDiscoveredLabels, kubernetes.NewEndpointSlice) }
