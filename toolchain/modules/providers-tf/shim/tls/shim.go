// Package shim hands out the TLS provider, which its authors keep under internal/: only a module whose path lies
// below theirs may import it.
package shim

import (
	upstream "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-provider-tls/internal/provider"
)

// NewProvider returns the provider as its own main function would serve it.
func NewProvider() upstream.Provider { return provider.New() }
