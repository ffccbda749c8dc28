// The plugin that @pulumi/tls talks to.
package main

import (
	"context"
	_ "embed"

	"countersign/toolchain/providers-tf/providers"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
)

// Written by the schema command of this module just before the build.
//
//go:embed schema.json
var schema []byte

func main() {
	pf.Main(context.Background(), "tls", providers.TLS(), pf.ProviderMetadata{PackageSchema: schema})
}
