package main

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/pelletier/go-toml"
)

// A container is represented by the folder that stands for its root.
type container struct{ root string }

func (c container) path(inside string) string {
	return filepath.Join(c.root, inside)
}

type pairPaths struct{ CertPath, KeyPath string }

type upstreamTLS struct {
	MinimumProtocolVersion string
	MaximumProtocolVersion string
	Ciphers                string
	TrustedCertPath        string
	VerifyHostName         bool
	DisableSslVerification bool
}

type routerSettings struct {
	KeyStore pairPaths
	Upstream struct{ TLS upstreamTLS }
}

// A tokenPair is a pair with which the enforcer signs tokens, or with which backends can check older ones.
type tokenPair struct {
	PrivateKeyPath        string
	PublicCertificatePath string
	UseForSigning         bool
}

// settings contains the adapter's settings for keys and certificates, with the same names and types (v1.2.0,
// adapter/config/types.go): the parser finds keys by the names of fields, in four spellings.
type settings struct {
	Adapter struct {
		Server struct {
			Enabled             bool `default:"true"`
			TokenPrivateKeyPath string
		}
		Keystore   pairPaths
		Truststore struct{ Location string }
	}
	Router   routerSettings `toml:"router"`
	Enforcer struct {
		JwtGenerator struct {
			Enable, Enabled bool
			Keypair         []tokenPair
		}
	}
}

// configuration reads config.toml, which overrides the adapter's defaults (v1.2.0, adapter/config/default_config.go),
// and variables, which override both.
func (c container) configuration() (settings, error) {
	var read settings
	pair := pairPaths{"/home/wso2/security/keystore/mg.pem", "/home/wso2/security/keystore/mg.key"}
	read.Adapter.Server.Enabled = true
	read.Adapter.Server.TokenPrivateKeyPath = pair.KeyPath
	read.Adapter.Keystore = pair
	read.Adapter.Truststore.Location = "/home/wso2/security/truststore"
	read.Router.KeyStore = pair
	read.Router.Upstream.TLS = upstreamTLS{
		MinimumProtocolVersion: "TLS1_1",
		MaximumProtocolVersion: "TLS1_2",
		Ciphers:                "ECDHE-RSA-AES128-GCM-SHA256",
		TrustedCertPath:        "/etc/ssl/certs/ca-certificates.crt",
		VerifyHostName:         true,
	}
	generator := &read.Enforcer.JwtGenerator
	generator.Keypair = []tokenPair{{pair.KeyPath, "/home/wso2/security/truststore/mg.pem", true}}
	content, err := os.ReadFile(c.path("/home/wso2/conf/config.toml"))
	if err != nil {
		return read, err
	}
	if err := toml.Unmarshal(content, &read); err != nil {
		return read, err
	}
	generator.Enabled = generator.Enabled || generator.Enable
	if generator.Enabled {
		if err := oneSigns(generator.Keypair); err != nil {
			return read, err
		}
	}
	variables, err := c.variables()
	variables.resolve(&read)
	return read, err
}

func oneSigns(pairs []tokenPair) error {
	signing := 0
	for _, each := range pairs {
		if !each.UseForSigning {
			continue
		}
		signing++
		if each.PrivateKeyPath == "" || each.PublicCertificatePath == "" {
			return errors.New("a path has not been set for backend JWT")
		}
	}
	if signing != 1 {
		return errors.New("exactly one keypair should be set to be used for signing the backend JWT")
	}
	return nil
}

// signing returns the pair that the enforcer uses (v1.2.0, enforcer, config/ConfigHolder.java): the first to sign with.
func (read settings) signing() (tokenPair, error) {
	for _, each := range read.Enforcer.JwtGenerator.Keypair {
		if each.UseForSigning {
			return each, nil
		}
	}
	return tokenPair{}, errors.New("no keypair is for signing")
}
