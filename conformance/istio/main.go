// Command istio judges manifests as istiod's admission webhook and `istioctl analyze` do, by Istio's own code.
//
// It reads one JSON request a line, {"id", "manifests", "surroundings"}, and answers each with one line: {"id", "verdict"}
// or {"id", "failed": why}. Surroundings are objects that are in the cluster but not in question.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/analysis/local"
	"istio.io/istio/pkg/config/resource"
	"istio.io/istio/pkg/config/schema/collections"
	configresource "istio.io/istio/pkg/config/schema/resource"
	"istio.io/istio/pkg/log"
)

type request struct {
	ID           string           `json:"id"`
	Manifests    []map[string]any `json:"manifests"`
	Surroundings []map[string]any `json:"surroundings"`
}

type verdict struct {
	Problems []problem `json:"problems"`
}

// problem is one thing that Istio says about one object. Level is "error" for what the webhook refuses and for what the
// analyzers call an error; otherwise it is the analyzers' own "warning" or "info".
type problem struct {
	Object  string `json:"object"`
	Message string `json:"message"`
	Code    string `json:"code,omitempty"`
	Level   string `json:"level"`
	By      string `json:"by"`
}

func main() {
	options := log.DefaultOptions()
	options.SetDefaultOutputLevel(log.OverrideScopeName, log.NoneLevel)
	if err := log.Configure(options); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<20), 1<<28)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked request
		reply := map[string]any{}
		err := json.Unmarshal(lines.Bytes(), &asked)
		if err == nil {
			reply["verdict"], err = judge(asked)
		}
		reply["id"] = asked.ID
		if err != nil {
			reply = map[string]any{"id": asked.ID, "failed": err.Error()}
		}
		if out.Encode(reply) != nil {
			os.Exit(1)
		}
	}
}

func judge(asked request) (found verdict, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	found.Problems = []problem{}
	stored := []map[string]any{}
	inQuestion := map[string]bool{}
	for _, manifest := range asked.Manifests {
		problems, err := admit(manifest)
		if err != nil {
			return found, err
		}
		found.Problems = append(found.Problems, problems...)
		inQuestion[name(manifest)] = true
		if len(problems) == 0 {
			stored = append(stored, manifest)
		}
	}
	problems, err := analyze(append(stored, asked.Surroundings...))
	for _, problem := range problems {
		if inQuestion[problem.Object] {
			found.Problems = append(found.Problems, problem)
		}
	}
	return found, err
}

// admit is the webhook: it looks at the objects of Istio's own kinds, each by itself.
func admit(manifest map[string]any) ([]problem, error) {
	text, err := json.Marshal(manifest)
	if err != nil {
		return nil, err
	}
	refuse := func(err error) []problem {
		return []problem{{Object: name(manifest), Message: err.Error(), Level: "error", By: "webhook"}}
	}
	if version, _ := manifest["apiVersion"].(string); !strings.Contains(version, ".istio.io/") {
		return nil, nil
	}
	var object crd.IstioKind
	if err := json.Unmarshal(text, &object); err != nil {
		return refuse(err), nil
	}
	gvk := object.GroupVersionKind()
	schema, ok := collections.Pilot.FindByGroupKind(configresource.FromKubernetesGVK(&gvk))
	if !ok {
		return refuse(fmt.Errorf("unrecognized type %v", gvk)), nil
	}
	config, err := crd.ConvertObject(schema, &object, "cluster.local")
	if err != nil {
		return refuse(err), nil
	}
	if _, err := schema.ValidateConfig(*config); err != nil {
		return refuse(err), nil
	}
	return nil, nil
}

func analyze(manifests []map[string]any) ([]problem, error) {
	texts := []string{}
	for _, manifest := range manifests {
		text, err := json.Marshal(withNamespace(manifest))
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	analyzer := local.NewSourceAnalyzer(analyzers.AllCombined(), "", resource.Namespace("istio-system"), nil)
	source := local.ReaderSource{Name: "manifests", Reader: strings.NewReader(strings.Join(texts, "\n---\n"))}
	// "Test" means that Services and Pods are read from the source too, and not from a cluster. Its error tells what it
	// could not read, which the webhook has refused before.
	_ = analyzer.AddTestReaderKubeSource([]local.ReaderSource{source})
	stop := make(chan struct{})
	defer close(stop)
	result, err := analyzer.Analyze(stop)
	if err != nil {
		return nil, err
	}
	problems := []problem{}
	for _, message := range result.Messages {
		if message.Resource == nil {
			continue
		}
		meta := message.Resource.Metadata
		problems = append(problems, problem{
			Object:  fmt.Sprintf("%s/%s/%s", meta.Schema.Kind(), meta.FullName.Namespace, meta.FullName.Name),
			Message: text(message),
			Code:    message.Type.Code(),
			Level:   strings.ToLower(message.Type.Level().String()),
			By:      "analyzers",
		})
	}
	return problems, nil
}

func text(message diag.Message) string {
	return fmt.Sprintf(message.Type.Template(), message.Parameters...)
}

// withNamespace is a manifest as it is stored: in the namespace "default" unless it says otherwise.
func withNamespace(manifest map[string]any) map[string]any {
	old, _ := manifest["metadata"].(map[string]any)
	if old == nil || old["namespace"] != nil || !namespaced(manifest) {
		return manifest
	}
	made, metadata := map[string]any{}, map[string]any{}
	for key, value := range manifest {
		made[key] = value
	}
	for key, value := range old {
		metadata[key] = value
	}
	metadata["namespace"] = "default"
	made["metadata"] = metadata
	return made
}

func namespaced(manifest map[string]any) bool {
	kind, _ := manifest["kind"].(string)
	return kind != "Namespace" && !strings.HasPrefix(kind, "Cluster")
}

func name(manifest map[string]any) string {
	metadata, _ := manifest["metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	namespace, _ := metadata["namespace"].(string)
	if namespace == "" && namespaced(manifest) {
		namespace = "default"
	}
	return fmt.Sprintf("%v/%s/%s", manifest["kind"], namespace, name)
}
