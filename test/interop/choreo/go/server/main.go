// A server component like that of WSO2's sample (wso2/choreo-samples docker-service-to-service-mtls): with CAs, it
// requires a certificate of every client, and greets the client by its CN; without CAs, it greets everybody.
//
// If UPSTREAM_URL is set, it also calls another server, at the address in RESOLVE: /relay returns how that server
// greets it.
package main

import (
	"crypto/tls"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strings"

	"countersign/choreo/material"
)

func main() {
	if err := serve(); err != nil {
		log.Fatal(err)
	}
}

func serve() error {
	pair, err := material.Pair()
	if err != nil {
		return err
	}
	pool, err := material.CAs()
	if err != nil {
		return err
	}
	config := &tls.Config{Certificates: []tls.Certificate{*pair}}
	if pool != nil {
		config.ClientCAs, config.ClientAuth = pool, tls.RequireAndVerifyClientCert
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("listening", listener.Addr())
	server := &http.Server{Handler: http.HandlerFunc(answer), TLSConfig: config}
	return server.ServeTLS(listener, "", "")
}

func answer(writer http.ResponseWriter, request *http.Request) {
	if strings.HasSuffix(request.URL.Path, "/relay") {
		config, err := material.Client()
		if err == nil {
			var greeting string
			greeting, err = material.Get(config, os.Getenv("UPSTREAM_URL"), "/greet", os.Getenv("RESOLVE"))
			fmt.Fprintf(writer, "upstream says: %s", greeting)
		}
		if err != nil {
			http.Error(writer, err.Error(), http.StatusBadGateway)
		}
		return
	}
	caller := "stranger"
	if certificates := request.TLS.PeerCertificates; len(certificates) > 0 {
		caller = certificates[0].Subject.CommonName
	}
	fmt.Fprintf(writer, "Hello, %s!", caller)
}
