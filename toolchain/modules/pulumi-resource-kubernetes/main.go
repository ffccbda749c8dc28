// The Kubernetes provider at the release that package.json's @pulumi/kubernetes was cut from.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

// The two files lie in the provider's own module; the build copies them here because embed cannot reach out.
var (
	//go:embed schema.json
	schema []byte

	//go:embed terraform-mapping.json
	terraformMapping []byte
)

func main() {
	provider.Serve("kubernetes", version.Version, schema, terraformMapping)
}
