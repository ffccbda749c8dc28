// Command orchestrator replays what the Substra orchestrator 1.0.0 does with TLS and with a caller's identity, so that
// certificates, Secrets and the chart's wiring are judged by its rules. It reads the environment variables of
// the server's container, listens on a free loopback port, prints it in one line on standard output, and ends with
// its standard input. It writes the reasons why it refuses connections to standard error.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "orchestrator:", err)
		os.Exit(1)
	}
}

func run() error {
	settings, err := readSettings()
	if err != nil {
		return err
	}
	transport, err := serverCredentials(settings)
	if err != nil {
		return err
	}
	gate, err := newGate(settings)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer(grpc.Creds(transport), grpc.UnaryInterceptor(gate.admit))
	server.RegisterService(&organizationService, nil)
	healthv1.RegisterHealthServer(server, health.NewServer())

	go func() {
		// Whoever started this program keeps its standard input open for as long as it is needed.
		_, _ = io.Copy(io.Discard, os.Stdin)
		server.Stop()
	}()
	fmt.Println("listening", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, grpc.ErrServerStopped) {
		return err
	}
	return nil
}
