// Prints the Kubernetes API description that kustomize embeds: its definitions, and which kinds have a namespace.
package main

import (
	"encoding/json"
	"os"
	"runtime/debug"

	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

type kind struct{ Group, Version, Kind string }

func main() {
	definitions := openapi.Schema().Definitions
	namespaced := map[string]bool{}
	for _, definition := range definitions {
		text, _ := json.Marshal(definition.Extensions["x-kubernetes-group-version-kind"])
		var kinds []kind
		_ = json.Unmarshal(text, &kinds)
		for _, each := range kinds {
			apiVersion := each.Version
			if each.Group != "" {
				apiVersion = each.Group + "/" + each.Version
			}
			if isNamespaced, known := openapi.IsNamespaceScoped(yaml.TypeMeta{APIVersion: apiVersion, Kind: each.Kind}); known {
				namespaced[apiVersion+" "+each.Kind] = isNamespaced
			}
		}
	}
	info, _ := debug.ReadBuildInfo()
	kyaml := ""
	for _, module := range info.Deps {
		if module.Path == "sigs.k8s.io/kustomize/kyaml" {
			kyaml = module.Version
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"version": openapi.GetSchemaVersion(), "kyaml": kyaml, "definitions": definitions, "namespaced": namespaced}); err != nil {
		panic(err)
	}
}
