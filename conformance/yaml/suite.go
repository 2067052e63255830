//go:build suite

package main

// The YAML test suite comes with this module. Nothing of it is built: the run reads the files.
import _ "github.com/goccy/go-yaml"
