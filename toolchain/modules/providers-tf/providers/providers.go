// Package providers describes the two Terraform providers to the Pulumi bridge, with the type tokens of their npm
// packages, @pulumi/tls and @pulumi/random.
package providers

import (
	"fmt"

	tls "github.com/hashicorp/terraform-provider-tls/shim"
	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	random "github.com/terraform-providers/terraform-provider-random/shim"
)

// Set by the linker, so that a provider reports the very version its npm package asks the CLI for.
var (
	tlsVersion    = "0.0.0-dev"
	randomVersion = "0.0.0-dev"
)

// ByName returns the provider called "tls" or "random".
func ByName(name string) (tfbridge.ProviderInfo, error) {
	switch name {
	case "tls":
		return TLS(), nil
	case "random":
		return Random(), nil
	default:
		return tfbridge.ProviderInfo{}, fmt.Errorf("no provider %q here: tls and random are", name)
	}
}

// TLS is the provider behind @pulumi/tls.
func TLS() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:                              pf.ShimProvider(tls.NewProvider()),
		Name:                           "tls",
		Version:                        tlsVersion,
		EnableZeroDefaultSchemaVersion: true,
		EnableAccurateBridgePreview:    true,
		MetadataInfo:                   tfbridge.NewProviderMetadata([]byte("{}")),
	}
	info.MustComputeTokens(tokens.SingleModule("tls_", "index", tokens.MakeStandard("tls")))
	return info
}

// Random is the provider behind @pulumi/random.
func Random() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:                              pf.ShimProvider(random.NewProvider()),
		Name:                           "random",
		Version:                        randomVersion,
		EnableZeroDefaultSchemaVersion: true,
		EnableAccurateBridgePreview:    true,
		MetadataInfo:                   tfbridge.NewProviderMetadata([]byte("{}")),
		Resources: map[string]*tfbridge.ResourceInfo{
			// The only resource without an id of its own. A placeholder, because its one unique output is the secret
			// itself and ids stand in the state unencrypted.
			"random_bytes": {ComputeID: tfbridge.MissingIDComputeID()},
		},
	}
	standard := tokens.MakeStandard("random")
	info.MustComputeTokens(tokens.SingleModule("random_", "index", func(module, name string) (string, error) {
		return standard(module, "Random"+name)
	}))
	return info
}
