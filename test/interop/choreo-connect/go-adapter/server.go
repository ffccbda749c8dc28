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

// serve starts what listens on the adapter's port for xDS (v1.2.0, adapter/internal/adapter/adapter.go, pkg/tlsutils): whoever
// has a certificate that the truststore vouches for is told the CN in it, as the answer of any gRPC method.
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

// trusted has the certificates of every such file in a folder and those below it.
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

// tokenKey is the key of the REST API's tokens (v1.2.0, adapter/internal/auth/auth.go). That one looks at the error of the parser
// when it has taken the key for an RSA one already, and so does this.
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
