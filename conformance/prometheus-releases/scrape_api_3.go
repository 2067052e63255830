//go:build !prometheus_2

package main

import (
	"log/slog"

	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/scrape"
)

// jobsOf are the jobs of a configuration.
func jobsOf(text string) ([]*config.ScrapeConfig, error) {
	loaded, err := config.Load(text, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	return loaded.GetScrapeConfigs()
}

func targetsFrom(group *targetgroup.Group, job *config.ScrapeConfig) []*scrape.Target {
	targets, _ := scrape.TargetsFromGroup(group, job, nil, labels.NewBuilder(labels.EmptyLabels()))
	return targets
}

func labelsOf(one *scrape.Target) labels.Labels {
	return one.Labels(labels.NewBuilder(labels.EmptyLabels()))
}

func discoveredOf(one *scrape.Target) labels.Labels {
	return one.DiscoveredLabels(labels.NewBuilder(labels.EmptyLabels()))
}

func isValid(sample labels.Labels, job *config.ScrapeConfig) bool {
	return sample.IsValid(job.MetricNameValidationScheme)
}
