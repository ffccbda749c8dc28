// Command backend is a server that requires a client certificate and answers with its CN. It reads PEM, like most
// servers in Go, and ends with its standard input.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
)

var versions = map[string]uint16{
	"TLS1_0": tls.VersionTLS10,
	"TLS1_1": tls.VersionTLS11,
	"TLS1_2": tls.VersionTLS12,
	"TLS1_3": tls.VersionTLS13,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "backend:", err)
		os.Exit(1)
	}
}

// run starts the server. Its settings are NAME=VALUE.
func run(args []string) error {
	settings := map[string]string{}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		settings[name] = value
	}
	config, err := configured(settings)
	if err != nil {
		return err
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		return err
	}
	fmt.Println("listening on", listener.Addr().(*net.TCPAddr))
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	server := http.Server{Handler: http.HandlerFunc(answer), ErrorLog: log.New(os.Stderr, "refused: ", 0)}
	return server.Serve(listener)
}

func configured(settings map[string]string) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(settings["certificate"], settings["key"])
	if err != nil {
		return nil, err
	}
	bundle, err := os.ReadFile(settings["clients"])
	if err != nil {
		return nil, err
	}
	clients := x509.NewCertPool()
	if !clients.AppendCertsFromPEM(bundle) {
		return nil, fmt.Errorf("%s has no certificate", settings["clients"])
	}
	known := map[string]uint16{}
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		known[suite.Name] = suite.ID
	}
	var suites []uint16
	for name := range strings.SplitSeq(settings["ciphers"], ",") {
		id, ok := known[name]
		if !ok {
			return nil, fmt.Errorf("crypto/tls has no %s", name)
		}
		suites = append(suites, id)
	}
	return &tls.Config{
		Certificates: []tls.Certificate{pair},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    clients,
		MinVersion:   versions[settings["minimum"]],
		MaxVersion:   versions[settings["maximum"]],
		CipherSuites: suites,
	}, nil
}

func answer(response http.ResponseWriter, request *http.Request) {
	io.WriteString(response, request.TLS.PeerCertificates[0].Subject.CommonName)
}
