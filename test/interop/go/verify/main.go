// Command verify verifies certificates for a purpose with crypto/x509. It reads a list of questions
// as JSON on standard input and writes the list of errors, empty where there is none, as JSON.
package main

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
)

type question struct {
	Certificate   string // file
	Roots         string // file
	Intermediates string // file; none if empty
	Usage         string // server or client
	DNSName       string // not checked if empty
}

var usages = map[string]x509.ExtKeyUsage{
	"server": x509.ExtKeyUsageServerAuth,
	"client": x509.ExtKeyUsageClientAuth,
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "verify:", err)
		os.Exit(1)
	}
}

func run() error {
	var questions []question
	if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
		return err
	}
	answers := make([]string, len(questions))
	for i, q := range questions {
		if err := q.ask(); err != nil {
			answers[i] = err.Error()
		}
	}
	return json.NewEncoder(os.Stdout).Encode(answers)
}

func (q question) ask() error {
	usage, ok := usages[q.Usage]
	if !ok {
		return fmt.Errorf("%q is no usage", q.Usage)
	}
	content, err := os.ReadFile(q.Certificate)
	if err != nil {
		return err
	}
	block, rest := pem.Decode(content)
	if block == nil || len(rest) > 0 {
		return fmt.Errorf("%s does not hold exactly one PEM block", q.Certificate)
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if content, err = os.ReadFile(q.Roots); err != nil {
		return err
	}
	if !roots.AppendCertsFromPEM(content) {
		return fmt.Errorf("%s holds no certificate", q.Roots)
	}
	intermediates := x509.NewCertPool()
	if q.Intermediates != "" {
		if content, err = os.ReadFile(q.Intermediates); err != nil {
			return err
		}
		intermediates.AppendCertsFromPEM(content)
	}
	_, err = certificate.Verify(x509.VerifyOptions{
		Roots:         roots,
		Intermediates: intermediates,
		DNSName:       q.DNSName,
		KeyUsages:     []x509.ExtKeyUsage{usage},
	})
	return err
}
