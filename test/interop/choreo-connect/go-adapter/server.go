package main

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
)

// serve starts a server like the one on the adapter's port for xDS (v1.2.0, adapter/internal/adapter/adapter.go,
// pkg/tlsutils). It answers every gRPC method with the CN of the client's certificate, if the trust store accepts it.
func serve(name string, own container) (string, error) {
	config, err := own.configuration()
	if err != nil {
		return "", err
	}
	paths := config.Adapter.Keystore
	pair, err := tls.LoadX509KeyPair(own.path(paths.CertPath), own.path(paths.KeyPath))
	if err != nil {
		return "", fmt.Errorf("Error while loading the tls keypair. %w", err)
	}
	clients, err := trusted(own.path(config.Adapter.Truststore.Location))
	if err != nil {
		return "", err
	}
	if config.Adapter.Server.Enabled {
		if _, err := tokenKey(own.path(config.Adapter.Server.TokenPrivateKeyPath)); err != nil {
			return "", fmt.Errorf("Error while initializing authorization component. %w", err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := http.Server{
		Handler:  http.HandlerFunc(answer),
		ErrorLog: log.New(os.Stderr, "refused by "+name+": ", 0),
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{pair},
			ClientAuth:   tls.RequireAndVerifyClientCert,
			ClientCAs:    clients,
		},
	}
	go server.ServeTLS(listener, "", "")
	return listener.Addr().String(), nil
}

// trusted returns the certificates of every certificate file in a folder and its subfolders.
func trusted(folder string) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	return pool, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if extension := filepath.Ext(path); extension != ".pem" && extension != ".crt" {
			return nil
		}
		content, err := os.ReadFile(path)
		pool.AppendCertsFromPEM(content)
		return err
	})
}

// tokenKey returns the key for the REST API's tokens (v1.2.0, adapter/internal/auth/auth.go). The real adapter checks
// the parser's error only after it has cast the key to an RSA key, and so does this function.
func tokenKey(file string) (*rsa.PrivateKey, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, errors.New("No PEM formatted block found")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	return key.(*rsa.PrivateKey), err
}

func answer(response http.ResponseWriter, request *http.Request) {
	name := request.TLS.PeerCertificates[0].Subject.CommonName
	response.Header().Set("Content-Type", "application/grpc")
	response.Header().Set("Trailer", "Grpc-Status")
	response.Write(append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(name))), name...))
	response.Header().Set("Grpc-Status", "0")
}
