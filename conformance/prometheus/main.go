// Command prometheus judges queries and scrapes as Prometheus and its operator do, by their own code.
//
// It reads one JSON request a line, {"id", "kind", …}, and answers each with one line: {"id", "verdict"} or
// {"id", "failed": why}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/prometheus/prometheus/promql/parser"
)

type queryRequest struct {
	Queries []string `json:"queries"`
}

type queryVerdict struct {
	// Errors has one entry a query: empty where Prometheus accepts it.
	Errors []string `json:"errors"`
	// Types has one entry a query: "vector", "scalar", "matrix" or "string".
	Types []string `json:"types"`
}

var queries = parser.NewParser(parser.Options{})

func judgeQueries(request queryRequest) (queryVerdict, error) {
	verdict := queryVerdict{}
	for _, query := range request.Queries {
		failure, kind := "", ""
		if parsed, err := queries.ParseExpr(query); err != nil {
			failure = err.Error()
		} else {
			kind = string(parsed.Type())
		}
		verdict.Errors, verdict.Types = append(verdict.Errors, failure), append(verdict.Types, kind)
	}
	return verdict, nil
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<28)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		if out.Encode(answer(lines.Bytes())) != nil {
			os.Exit(1)
		}
	}
}

func answer(line []byte) map[string]any {
	var request struct {
		ID   string `json:"id"`
		Kind string `json:"kind"`
	}
	verdict, err := any(nil), json.Unmarshal(line, &request)
	if err == nil {
		switch request.Kind {
		case "queries":
			verdict, err = judge(line, judgeQueries)
		case "scrape":
			verdict, err = judge(line, scrapeTargets)
		default:
			err = fmt.Errorf("no kind of request is called %q", request.Kind)
		}
	}
	if err != nil {
		return map[string]any{"id": request.ID, "failed": err.Error()}
	}
	return map[string]any{"id": request.ID, "verdict": verdict}
}

// judge reads the request into its type. A panic of the code that judges is a failure of that one request.
func judge[Request, Verdict any](line []byte, how func(Request) (Verdict, error)) (verdict any, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	var request Request
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	return how(request)
}
