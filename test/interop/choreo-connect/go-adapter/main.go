// Command adapter stands in for Choreo Connect's adapter. It reads the same files in a container, and creates the
// router's configuration and the server that router and enforcer call.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "adapter:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("want configure ROOT, tokens ROOT, or serve NAME=ROOT...")
	}
	switch args[0] {
	case "configure":
		return configure(container{args[1]})
	case "tokens":
		return tokens(container{args[1]})
	}
	return serveAll(args[1:])
}

// tokens writes the pair with which the adapter tells the enforcer to sign tokens.
func tokens(own container) error {
	config, err := own.configuration()
	if err != nil {
		return err
	}
	pair, err := config.signing()
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(pair)
}

// configure writes the clusters of each API project, and the problems that the adapter would log.
func configure(own container) error {
	config, err := own.configuration()
	if err != nil {
		return err
	}
	apis := own.path("/home/wso2/artifacts/apis")
	projects, err := os.ReadDir(apis)
	if err != nil {
		return err
	}
	made := map[string]any{}
	for _, each := range projects {
		project, err := readProject(filepath.Join(apis, each.Name()))
		if err != nil {
			return fmt.Errorf("%s: %w", each.Name(), err)
		}
		cluster, err := clusterOf(each.Name(), project, config.Router)
		if err != nil {
			return fmt.Errorf("%s: %w", each.Name(), err)
		}
		made[each.Name()] = map[string]any{"cluster": cluster, "problems": project.problems}
	}
	return json.NewEncoder(os.Stdout).Encode(made)
}

// serveAll starts a server for each container, prints their addresses, and ends with its standard input.
func serveAll(named []string) error {
	var listening []string
	for _, each := range named {
		name, root, _ := strings.Cut(each, "=")
		address, err := serve(name, container{root})
		if err != nil {
			return err
		}
		listening = append(listening, name+"="+address)
	}
	fmt.Println("listening on", strings.Join(listening, " "))
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}
