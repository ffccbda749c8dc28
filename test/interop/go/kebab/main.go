// Command kebab writes each line of standard input as the charts' kebabcase does: Helm's function is sprig's, and
// sprig's is this library's.
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/huandu/xstrings"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	for lines.Scan() {
		_, _ = fmt.Fprintln(out, xstrings.ToKebabCase(lines.Text()))
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, "kebab:", err)
		os.Exit(1)
	}
	if err := out.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "kebab:", err)
		os.Exit(1)
	}
}
