// Says of each dashboard what Grafana's own types refuse: unknown fields, missing ones, wrong types, and values that their
// constraints exclude. Panels and queries are judged by the types of their plugins.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

type request struct {
	ID        string `json:"id"`
	Dashboard string `json:"dashboard"`
}

type verdict struct {
	Problem string `json:"problem"`
}

type answer struct {
	ID      string  `json:"id"`
	Verdict verdict `json:"verdict"`
}

func main() {
	cog.NewRuntime().RegisterPanelcfgVariant(timeseries.VariantConfig())
	cog.NewRuntime().RegisterDataqueryVariant(prometheus.VariantConfig())
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	answers := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			log.Fatal(err)
		}
		given := answer{ID: asked.ID}
		if err := judge([]byte(asked.Dashboard)); err != nil {
			given.Verdict.Problem = err.Error()
		}
		if err := answers.Encode(given); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

func judge(text []byte) error {
	var one dashboard.Dashboard
	// Of a valid dashboard the error is not nil, but has no text.
	if err := one.UnmarshalJSONStrict(text); err != nil && err.Error() != "" {
		return err
	}
	return one.Validate()
}
