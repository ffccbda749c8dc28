// Writes one provider's Pulumi schema to standard output. The build embeds it, because making it anew takes far
// longer than everything else a provider does before it answers.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"countersign/toolchain/providers-tf/providers"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfgen"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"
)

func main() {
	if err := write(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(out io.Writer, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: schema tls|random")
	}
	info, err := providers.ByName(args[0])
	if err != nil {
		return err
	}
	generated, err := tfgen.GenerateSchema(context.Background(), tfgen.GenerateSchemaOptions{
		ProviderInfo:    info,
		DiagnosticsSink: diag.DefaultSink(io.Discard, os.Stderr, diag.FormatOptions{Color: colors.Never}),
		XInMemoryDocs:   true,
	})
	if err != nil {
		return err
	}
	_, err = out.Write(generated.ProviderMetadata.PackageSchema)
	return err
}
