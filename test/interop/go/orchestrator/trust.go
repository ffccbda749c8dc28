package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"google.golang.org/grpc/credentials"
)

// serverCredentials sets up TLS as the server does: it reads everything once, and fails if it cannot read something.
func serverCredentials(s settings) (credentials.TransportCredentials, error) {
	pair, err := tls.LoadX509KeyPair(s.certificate, s.key)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	if s.mutual {
		config.ClientAuth = tls.RequireAndVerifyClientCert
		if config.ClientCAs, err = clientPool(s); err != nil {
			return nil, err
		}
	}
	return reporting{credentials.NewTLS(config)}, nil
}

// clientPool trusts all certificates in the server's own CA file and in every organization's files, even in bundles.
func clientPool(s settings) (*x509.CertPool, error) {
	byOrganization, err := clientCAFiles(s.clientCAs)
	if err != nil {
		return nil, err
	}
	files := []string{s.serverCA}
	for _, own := range byOrganization {
		files = append(files, own...)
	}
	pool := x509.NewCertPool()
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if !pool.AppendCertsFromPEM(content) {
			return nil, fmt.Errorf("%s holds no CA certificate", file)
		}
	}
	return pool, nil
}

// clientCAFiles finds the files one level below the directory, by the name of the folder that holds them. A mounted
// Secret's files are symbolic links next to a link to a folder; files in the directory itself are ignored.
func clientCAFiles(directory string) (map[string][]string, error) {
	organizations, err := os.ReadDir(directory)
	if err != nil {
		return nil, err
	}
	found := map[string][]string{}
	for _, organization := range organizations {
		if !organization.IsDir() {
			continue
		}
		entries, err := filepath.Glob(filepath.Join(directory, organization.Name(), "*"))
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			target, err := os.Stat(entry)
			if err != nil {
				return nil, err
			}
			if !target.IsDir() {
				found[organization.Name()] = append(found[organization.Name()], entry)
			}
		}
	}
	return found, nil
}

// subjectKeyID returns that of the first PEM block of a file, as the MSP ID check reads nothing else.
func subjectKeyID(file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return "", fmt.Errorf("%s is not PEM", file)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	return string(certificate.SubjectKeyId), nil
}

// reporting are credentials that report why a handshake failed. In TLS 1.3, a refused client does not learn it.
type reporting struct {
	credentials.TransportCredentials
}

func (r reporting) ServerHandshake(connection net.Conn) (net.Conn, credentials.AuthInfo, error) {
	secured, info, err := r.TransportCredentials.ServerHandshake(connection)
	if err != nil {
		fmt.Fprintf(os.Stderr, "refused: %v\n", err)
	}
	return secured, info, err
}

func (r reporting) Clone() credentials.TransportCredentials {
	return reporting{r.TransportCredentials.Clone()}
}
