package main

import (
	"fmt"
	"os"
	"strconv"

	"gopkg.in/yaml.v3"
)

// settings is the part of the server's configuration that decides which callers are accepted.
type settings struct {
	certificate, key string
	mutual           bool
	serverCA         string
	clientCAs        string
	strict           bool
	channels         map[string][]string
}

func readSettings() (settings, error) {
	var (
		read  settings
		tls   bool
		rules string
	)
	flags := map[string]*bool{"TLS_ENABLED": &tls, "MTLS_ENABLED": &read.mutual, "VERIFY_CLIENT_MSP_ID": &read.strict}
	for name, flag := range flags {
		text, err := variable(name)
		if err != nil {
			return settings{}, err
		}
		if *flag, err = strconv.ParseBool(text); err != nil {
			return settings{}, fmt.Errorf("ORCHESTRATOR_%s: %w", name, err)
		}
	}
	if !tls {
		return settings{}, fmt.Errorf("ORCHESTRATOR_TLS_ENABLED is false, and there is nothing to replay without TLS")
	}
	texts := map[string]*string{"TLS_CERT_PATH": &read.certificate, "TLS_KEY_PATH": &read.key, "CHANNEL_CONFIG": &rules}
	if read.mutual {
		texts["TLS_SERVER_CA_CERT"] = &read.serverCA
		texts["TLS_CLIENT_CA_CERT_DIR"] = &read.clientCAs
	}
	for name, text := range texts {
		var err error
		if *text, err = variable(name); err != nil {
			return settings{}, err
		}
	}
	content, err := os.ReadFile(rules)
	if err != nil {
		return settings{}, err
	}
	document := struct{ Channels map[string][]string }{}
	if err := yaml.Unmarshal(content, &document); err != nil {
		return settings{}, fmt.Errorf("%s: %w", rules, err)
	}
	read.channels = document.Channels
	return read, nil
}

// variable reads a mandatory variable of the server.
func variable(name string) (string, error) {
	text, ok := os.LookupEnv("ORCHESTRATOR_" + name)
	if !ok {
		return "", fmt.Errorf("ORCHESTRATOR_%s is not set", name)
	}
	return text, nil
}
