//go:build tools

// Package tools names the program that is built from the pinned module.
package tools

import _ "github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics"
