//go:build prometheus_2

package main

import (
	"github.com/go-kit/log"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/scrape"
)

// jobsOf are the jobs of a configuration.
func jobsOf(text string) ([]*config.ScrapeConfig, error) {
	loaded, err := config.Load(text, false, log.NewNopLogger())
	if err != nil {
		return nil, err
	}
	return loaded.ScrapeConfigs, nil
}

func targetsFrom(group *targetgroup.Group, job *config.ScrapeConfig) []*scrape.Target {
	targets, _ := scrape.TargetsFromGroup(group, job, false)
	return targets
}

func labelsOf(one *scrape.Target) labels.Labels { return one.Labels() }

func discoveredOf(one *scrape.Target) labels.Labels { return one.DiscoveredLabels() }

func isValid(sample labels.Labels, _ *config.ScrapeConfig) bool { return sample.IsValid() }
