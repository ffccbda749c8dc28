// Command call asks the orchestrator for its organizations with grpc-go. It reads a list of calls as JSON on standard
// input and writes the list of their outcomes, in the same order, as JSON; python/call.py does the same with grpcio.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

const (
	method  = "/orchestrator.OrganizationService/GetAllOrganizations"
	timeout = 20 * time.Second
)

// call is one attempt. Some fields are names of files.
type call struct {
	Address     string
	ServerName  string
	Roots       string // file
	Certificate string // file; none if empty
	Key         string // file
	Headers     map[string]string
}

type outcome struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "call:", err)
		os.Exit(1)
	}
}

func run() error {
	var calls []call
	if err := json.NewDecoder(os.Stdin).Decode(&calls); err != nil {
		return err
	}
	outcomes := make([]outcome, len(calls))
	for i, c := range calls {
		config, err := c.tls()
		if err != nil {
			return err
		}
		result := status.Convert(c.invoke(config))
		outcomes[i] = outcome{result.Code().String(), result.Message()}
	}
	return json.NewEncoder(os.Stdout).Encode(outcomes)
}

func (c call) tls() (*tls.Config, error) {
	content, err := os.ReadFile(c.Roots)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{RootCAs: x509.NewCertPool(), ServerName: c.ServerName}
	if !config.RootCAs.AppendCertsFromPEM(content) {
		return nil, fmt.Errorf("%s holds no certificate", c.Roots)
	}
	if c.Certificate != "" {
		pair, err := tls.LoadX509KeyPair(c.Certificate, c.Key)
		if err != nil {
			return nil, err
		}
		// Otherwise Go would not send a certificate whose issuer the server does not name.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
	}
	return config, nil
}

func (c call) invoke(config *tls.Config) error {
	connection, err := grpc.NewClient(c.Address, grpc.WithTransportCredentials(credentials.NewTLS(config)))
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	ctx = metadata.NewOutgoingContext(ctx, metadata.New(c.Headers))
	return connection.Invoke(ctx, method, new(emptypb.Empty), new(emptypb.Empty))
}
