// Command argo-cd compares, applies and judges objects as Argo CD does, by its own code.
//
// It reads one JSON request a line, {"id", "kind", …}, and answers each with one line: {"id", "verdict"} or
// {"id", "failed": why}.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"github.com/sirupsen/logrus"
)

func main() {
	flag.Parse()
	// An expression that fails is dropped with a line in Argo CD's log, and the verdict shows it.
	logrus.SetLevel(logrus.PanicLevel)
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
		case "compare":
			verdict, err = judge(line, compare)
		case "sync":
			verdict, err = judge(line, syncTargets)
		case "health":
			verdict, err = judge(line, healthOf)
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
