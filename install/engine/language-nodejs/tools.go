//go:build tools

// Package engine pins the engine's Node.js language host as a Go module dependency.
package engine

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
