// A client component in Go. It fetches the path in its first argument, below the URL in the variable that its second
// argument names, from the address in RESOLVE, and prints the response.
package main

import (
	"fmt"
	"os"

	"countersign/choreo/material"
)

func main() {
	config, err := material.Client()
	if err == nil {
		var body string
		body, err = material.Get(config, os.Getenv(os.Args[2]), os.Args[1], os.Getenv("RESOLVE"))
		fmt.Print(body)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
