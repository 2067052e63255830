// Package measure lets Argo Rollouts' own Prometheus provider judge results that no Prometheus gave.
package measure

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	metricprovider "github.com/argoproj/argo-rollouts/metric"
	"github.com/argoproj/argo-rollouts/metricproviders/prometheus"
	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	log "github.com/sirupsen/logrus"
)

// Result is what Prometheus answers. Values are written as Prometheus writes them: "0.5", "NaN", "+Inf", "-Inf".
type Result struct {
	// Scalar is the value of an expression that is a number, such as `scalar(…)`.
	Scalar *string `json:"scalar,omitempty"`
	// Vector has one value a series. Empty: no data.
	Vector []string `json:"vector,omitempty"`
	// Matrix has the values of each series over the range.
	Matrix [][]string `json:"matrix,omitempty"`
	// String is the value of an expression that is a text.
	String *string `json:"string,omitempty"`
	// Error is a query that fails.
	Error string `json:"error,omitempty"`
}

// api answers every query with one result.
type api struct {
	v1.API
	result Result
}

func (a api) Query(context.Context, string, time.Time, ...v1.Option) (model.Value, v1.Warnings, error) {
	value, err := a.result.value()
	return value, nil, err
}

func (a api) QueryRange(context.Context, string, v1.Range, ...v1.Option) (model.Value, v1.Warnings, error) {
	value, err := a.result.value()
	return value, nil, err
}

// Provider is the Prometheus provider, with that result as the answer to its query.
func Provider(metric v1alpha1.Metric, result Result) (*prometheus.Provider, error) {
	if metric.Provider.Prometheus == nil {
		return nil, fmt.Errorf("metric %q: only Prometheus has results here", metric.Name)
	}
	if _, err := result.value(); err != nil && result.Error == "" {
		return nil, err
	}
	return prometheus.NewPrometheusProvider(api{result: result}, *log.NewEntry(log.StandardLogger()), metric)
}

func (r Result) value() (model.Value, error) {
	switch {
	case r.Error != "":
		return nil, errors.New(r.Error)
	case r.String != nil:
		return &model.String{Value: *r.String}, nil
	case r.Scalar != nil:
		number, err := strconv.ParseFloat(*r.Scalar, 64)
		return &model.Scalar{Value: model.SampleValue(number)}, err
	case r.Matrix != nil:
		matrix := model.Matrix{}
		for _, series := range r.Matrix {
			stream := &model.SampleStream{}
			for _, text := range series {
				number, err := strconv.ParseFloat(text, 64)
				if err != nil {
					return nil, err
				}
				stream.Values = append(stream.Values, model.SamplePair{Value: model.SampleValue(number)})
			}
			matrix = append(matrix, stream)
		}
		return matrix, nil
	default:
		vector := model.Vector{}
		for _, text := range r.Vector {
			number, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return nil, err
			}
			vector = append(vector, &model.Sample{Value: model.SampleValue(number)})
		}
		return vector, nil
	}
}

// Anything is a provider whose every measurement is successful, for questions in which results do not matter.
func Anything(v1alpha1.Metric) metricprovider.Provider {
	return anything{}
}

type anything struct{ metricprovider.Provider }

func (anything) Run(*v1alpha1.AnalysisRun, v1alpha1.Metric) v1alpha1.Measurement {
	return v1alpha1.Measurement{Phase: v1alpha1.AnalysisPhaseSuccessful}
}

func (anything) GarbageCollect(*v1alpha1.AnalysisRun, v1alpha1.Metric, int) error { return nil }
func (anything) GetMetadata(v1alpha1.Metric) map[string]string                    { return nil }
func (anything) Type() string                                                     { return "anything" }
