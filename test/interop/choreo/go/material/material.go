// Package material loads the certificate, key and CAs of a Choreo component like WSO2's sample: from the paths in its
// variables or, if the platform has no files for it, from the variables themselves. ROOT stands for the `/` of the
// component's container.
package material

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
)

// Pair returns the component's own certificate with its key; nil if it has none.
func Pair() (*tls.Certificate, error) {
	certificate, err := read("CERT_FILE_PATH", "TLS_CERT")
	if err != nil || certificate == nil {
		return nil, err
	}
	key, err := read("KEY_FILE_PATH", "TLS_KEY")
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(certificate, key)
	return &pair, err
}

// CAs returns the CAs that the component trusts; nil if it has none.
func CAs() (*x509.CertPool, error) {
	pem, err := read("CA_CERT_FILE_PATH", "TLS_CA_CERT")
	if err != nil || pem == nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("no CA in the CA file")
	}
	return pool, nil
}

func read(path, content string) ([]byte, error) {
	if file, given := os.LookupEnv(path); given {
		return os.ReadFile(filepath.Join(os.Getenv("ROOT"), file))
	}
	if text, given := os.LookupEnv(content); given {
		return []byte(text), nil
	}
	return nil, nil
}

// Client returns the configuration of a client with the component's certificate, key and CAs.
func Client() (*tls.Config, error) {
	pair, err := Pair()
	if err != nil {
		return nil, err
	}
	pool, err := CAs()
	if err != nil {
		return nil, err
	}
	config := &tls.Config{RootCAs: pool}
	if pair != nil {
		config.Certificates = []tls.Certificate{*pair}
	}
	return config, nil
}
