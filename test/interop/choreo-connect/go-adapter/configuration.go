package main

import (
	"os"
	"path/filepath"

	"github.com/pelletier/go-toml"
)

// A container is the folder that stands for its root.
type container struct{ root string }

func (c container) path(inside string) string {
	return filepath.Join(c.root, inside)
}

type pairPaths struct {
	CertPath string `toml:"certPath"`
	KeyPath  string `toml:"keyPath"`
}

type upstreamTLS struct {
	MinimumProtocolVersion string `toml:"minimumProtocolVersion"`
	MaximumProtocolVersion string `toml:"maximumProtocolVersion"`
	Ciphers                string `toml:"ciphers"`
	TrustedCertPath        string `toml:"trustedCertPath"`
	VerifyHostName         bool   `toml:"verifyHostName"`
	DisableSslVerification bool   `toml:"disableSslVerification"`
}

type routerSettings struct {
	Keystore pairPaths `toml:"keystore"`
	Upstream struct {
		TLS upstreamTLS `toml:"tls"`
	} `toml:"upstream"`
}

type settings struct {
	Adapter struct {
		Server struct {
			Enabled             bool   `toml:"enabled"`
			TokenPrivateKeyPath string `toml:"tokenPrivateKeyPath"`
		} `toml:"server"`
		Keystore   pairPaths `toml:"keystore"`
		Truststore struct {
			Location string `toml:"location"`
		} `toml:"truststore"`
	} `toml:"adapter"`
	Router routerSettings `toml:"router"`
}

// configuration reads config.toml over the adapter's defaults (v1.2.0, adapter/config/default_config.go).
func (c container) configuration() (settings, error) {
	var read settings
	pair := pairPaths{"/home/wso2/security/keystore/mg.pem", "/home/wso2/security/keystore/mg.key"}
	read.Adapter.Server.Enabled = true
	read.Adapter.Server.TokenPrivateKeyPath = pair.KeyPath
	read.Adapter.Keystore = pair
	read.Adapter.Truststore.Location = "/home/wso2/security/truststore"
	read.Router.Keystore = pair
	read.Router.Upstream.TLS = upstreamTLS{
		MinimumProtocolVersion: "TLS1_1",
		MaximumProtocolVersion: "TLS1_2",
		Ciphers:                "ECDHE-RSA-AES128-GCM-SHA256",
		TrustedCertPath:        "/etc/ssl/certs/ca-certificates.crt",
		VerifyHostName:         true,
	}
	content, err := os.ReadFile(c.path("/home/wso2/conf/config.toml"))
	if err != nil {
		return read, err
	}
	return read, toml.Unmarshal(content, &read)
}
