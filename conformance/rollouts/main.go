// Command rollouts judges as Argo Rollouts does, by Argo Rollouts' own code.
//
// It reads one JSON request a line and answers each with one line: {"id", …the verdict} or {"id", "failed": why}, where
// `failed` means that there is no verdict because the request itself made no sense.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"

	"github.com/argoproj/argo-rollouts/metricproviders/prometheus"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/klog/v2"

	"cdk8s-canary.dev/conformance/rollouts/api"
	"cdk8s-canary.dev/conformance/rollouts/cluster"
)

func main() {
	cluster.Quiet()
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)
	utilruntime.ErrorHandlers = nil
	// Where a metric says no address, the controller's environment may.
	if err := os.Setenv(prometheus.EnvVarArgoRolloutsPrometheusAddress, "http://prometheus.monitoring:9090"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	folder := flag.String("schemas", "", "the folder of the custom resource definitions")
	flag.Parse()
	schemas := sync.OnceValues(func() (api.Schemas, error) { return api.ReadSchemas(*folder) })
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<28)
	out := bufio.NewWriter(os.Stdout)
	for lines.Scan() {
		if _, err := out.Write(append(answer(lines.Bytes(), schemas), '\n')); err != nil {
			os.Exit(1)
		}
		if err := out.Flush(); err != nil {
			os.Exit(1)
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answer(line []byte, schemas func() (api.Schemas, error)) []byte {
	var request struct {
		ID   string `json:"id"`
		Kind string `json:"kind"`
	}
	verdict, err := any(nil), json.Unmarshal(line, &request)
	if err == nil {
		switch request.Kind {
		case "condition":
			verdict, err = judge(line, judgeCondition)
		case "admit":
			verdict, err = judge(line, func(request admission) (admitted, error) {
				known, err := schemas()
				if err != nil {
					return admitted{}, err
				}
				return admit(known, request)
			})
		case "simulate":
			verdict, err = judge(line, simulate)
		default:
			err = fmt.Errorf("no kind of request is called %q", request.Kind)
		}
	}
	reply := map[string]any{"id": request.ID, "verdict": verdict}
	if err != nil {
		reply = map[string]any{"id": request.ID, "failed": err.Error()}
	}
	text, err := json.Marshal(reply)
	if err != nil {
		text, _ = json.Marshal(map[string]any{"id": request.ID, "failed": err.Error()})
	}
	return text
}

// judge reads the request into its type. A panic of the code that judges is a failure of that one request.
func judge[Request, Verdict any](line []byte, how func(Request) (Verdict, error)) (verdict any, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	var request Request
	if err := json.Unmarshal(line, &request); err != nil {
		return nil, err
	}
	return how(request)
}
