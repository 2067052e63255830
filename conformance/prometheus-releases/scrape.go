package main

import (
	"strings"
	"time"
	_ "unsafe" // for go:linkname

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/config"
	"github.com/prometheus/prometheus/discovery/targetgroup"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/relabel"
	"github.com/prometheus/prometheus/scrape"
	"gopkg.in/yaml.v2"
)

// scrapeRequest asks which targets a Prometheus makes of what it discovered, and under which labels it keeps samples.
type scrapeRequest struct {
	// Config is the configuration that the operator writes.
	Config string `json:"config"`
	// Groups are what the discovery of each job finds, in the order of its configurations.
	Groups map[string][]group `json:"groups"`
	// Samples are the series, by their labels, that each target exposes.
	Samples []map[string]string `json:"samples"`
}

type group struct {
	Targets []model.LabelSet `json:"targets"`
	Labels  model.LabelSet   `json:"labels"`
	Source  string           `json:"source"`
}

type scrapeVerdict struct {
	Targets []target `json:"targets"`
}

// target is one thing that is scraped. The same pod may be several.
type target struct {
	Job      string            `json:"job"`
	URL      string            `json:"url"`
	Interval float64           `json:"intervalSeconds"`
	Timeout  float64           `json:"timeoutSeconds"`
	Labels   map[string]string `json:"labels"`
	Pod      string            `json:"pod"`
	Service  string            `json:"service,omitempty"`
	// Samples are the labels under which each of the request's samples is kept; null where it is dropped.
	Samples []map[string]string `json:"samples,omitempty"`
	// Fails says by which limit, or for which reason, a scrape of it is lost as a whole.
	Fails string `json:"fails,omitempty"`
}

func scrapeTargets(request scrapeRequest) (scrapeVerdict, error) {
	found := scrapeVerdict{Targets: []target{}}
	text, err := withoutDiscovery(request.Config)
	if err != nil {
		return found, err
	}
	jobs, err := jobsOf(text)
	if err != nil {
		return found, err
	}
	for _, job := range jobs {
		targets, err := targetsOf(job, request.Groups[job.JobName], request.Samples)
		if err != nil {
			return found, err
		}
		found.Targets = append(found.Targets, targets...)
	}
	return found, nil
}

// withoutDiscovery is a configuration whose jobs discover nothing: what they would find is given.
func withoutDiscovery(text string) (string, error) {
	var whole map[string]any
	if err := yaml.Unmarshal([]byte(text), &whole); err != nil {
		return "", err
	}
	jobs, _ := whole["scrape_configs"].([]any)
	for _, job := range jobs {
		if fields, ok := job.(map[any]any); ok {
			delete(fields, "kubernetes_sd_configs")
		}
	}
	made, err := yaml.Marshal(whole)
	return string(made), err
}

// targetsOf relabels and keeps, as one scrape job does. What cannot be scraped and what is found twice is left out, as
// when targets are synchronized.
func targetsOf(job *config.ScrapeConfig, groups []group, samples []map[string]string) ([]target, error) {
	found, seen := []target{}, map[uint64]bool{}
	for _, one := range groups {
		discovered := &targetgroup.Group{Targets: one.Targets, Labels: one.Labels, Source: one.Source}
		for _, one := range targetsFrom(discovered, job) {
			kept := labelsOf(one)
			if kept.IsEmpty() || seen[hashOf(one)] {
				continue
			}
			seen[hashOf(one)] = true
			interval, timeout, err := timesOf(one, time.Duration(job.ScrapeInterval), time.Duration(job.ScrapeTimeout))
			if err != nil {
				return nil, err
			}
			before := discoveredOf(one)
			made := target{
				Job:      job.JobName,
				URL:      one.URL().String(),
				Interval: interval.Seconds(),
				Timeout:  timeout.Seconds(),
				Labels:   kept.Map(),
				Pod:      before.Get("__meta_kubernetes_pod_name"),
				Service:  before.Get("__meta_kubernetes_service_name"),
			}
			made.Samples, made.Fails = sampled(job, one, samples)
			found = append(found, made)
		}
	}
	if limit := int(job.TargetLimit); limit > 0 && len(found) > limit {
		for i := range found {
			found[i].Fails = "target_limit"
		}
	}
	return found, nil
}

// sampled are the labels under which the samples of a target are kept, and why its scrape fails where it does.
func sampled(job *config.ScrapeConfig, from *scrape.Target, samples []map[string]string) (kept []map[string]string, failure string) {
	limits := labelLimits{int(job.LabelLimit), int(job.LabelNameLengthLimit), int(job.LabelValueLengthLimit)}
	count := 0
	for _, sample := range samples {
		mutated := mutateSampleLabels(labels.FromMap(sample), from, job.HonorLabels, job.MetricRelabelConfigs)
		if mutated.IsEmpty() {
			kept = append(kept, nil)
			continue
		}
		count++
		kept = append(kept, mutated.Map())
		switch {
		case failure != "":
		case !mutated.Has(model.MetricNameLabel):
			failure = "name"
		case !isValid(mutated, job):
			failure = "invalid"
		default:
			if err := verifyLabelLimits(mutated, &limits); err != nil {
				failure, _, _ = strings.Cut(err.Error(), " ")
			}
		}
	}
	if limit := int(job.SampleLimit); failure == "" && limit > 0 && count > limit {
		failure = "sample_limit"
	}
	return kept, failure
}

//go:linkname hashOf github.com/prometheus/prometheus/scrape.(*Target).hash
func hashOf(t *scrape.Target) uint64

//go:linkname timesOf github.com/prometheus/prometheus/scrape.(*Target).intervalAndTimeout
func timesOf(t *scrape.Target, interval, timeout time.Duration) (time.Duration, time.Duration, error)

//go:linkname mutateSampleLabels github.com/prometheus/prometheus/scrape.mutateSampleLabels
func mutateSampleLabels(lset labels.Labels, target *scrape.Target, honor bool, rc []*relabel.Config) labels.Labels

// labelLimits has the fields of the type of this name in Prometheus.
type labelLimits struct {
	labelLimit            int
	labelNameLengthLimit  int
	labelValueLengthLimit int
}

//go:linkname verifyLabelLimits github.com/prometheus/prometheus/scrape.verifyLabelLimits
func verifyLabelLimits(lset labels.Labels, limits *labelLimits) error
