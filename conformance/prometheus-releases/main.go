// Command prometheus-releases relabels what was discovered, and keeps what is scraped, by the code of one release of Prometheus.
//
// It reads one JSON request a line, {"id", "config", "groups", "samples"}, and answers each with one line:
// {"id", "verdict"} or {"id", "failed": why}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

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

// answer judges one request. A panic of the code that judges is a failure of that one request.
func answer(line []byte) (answered map[string]any) {
	var request struct {
		ID string `json:"id"`
		scrapeRequest
	}
	defer func() {
		if cause := recover(); cause != nil {
			answered = map[string]any{"id": request.ID, "failed": fmt.Sprintf("panic: %v", cause)}
		}
	}()
	err := json.Unmarshal(line, &request)
	var verdict scrapeVerdict
	if err == nil {
		verdict, err = scrapeTargets(request.scrapeRequest)
	}
	if err != nil {
		return map[string]any{"id": request.ID, "failed": err.Error()}
	}
	return map[string]any{"id": request.ID, "verdict": verdict}
}
