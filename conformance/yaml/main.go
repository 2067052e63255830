// Command yaml reads texts as kubectl, Argo CD and the API server do: by sigs.k8s.io/yaml.
//
// It reads one JSON request a line, {"id", "texts"}, and answers each with one line: {"id", "verdict"}, where the verdict
// has one entry for each text, {"json"} or {"refused": why}; or {"id", "failed": why}.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/yaml"
)

type request struct {
	ID    string   `json:"id"`
	Texts []string `json:"texts"`
}

type reading struct {
	JSON    json.RawMessage `json:"json,omitempty"`
	Refused string          `json:"refused,omitempty"`
	// What the strict reader, which the API server uses for `--validate=strict`, says beside that.
	Strict string `json:"strict,omitempty"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<28)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked request
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		readings := make([]reading, len(asked.Texts))
		for i, text := range asked.Texts {
			readings[i] = read([]byte(text))
		}
		if out.Encode(map[string]any{"id": asked.ID, "verdict": readings}) != nil {
			os.Exit(1)
		}
	}
}

func read(text []byte) (found reading) {
	defer func() {
		if cause := recover(); cause != nil {
			found = reading{Refused: fmt.Sprintf("panic: %v", cause)}
		}
	}()
	value, err := yaml.YAMLToJSON(text)
	if err != nil {
		return reading{Refused: err.Error()}
	}
	found.JSON = value
	if _, err = yaml.YAMLToJSONStrict(text); err != nil {
		found.Strict = err.Error()
	}
	return found
}
