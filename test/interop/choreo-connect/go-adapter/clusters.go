package main

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

type object = map[string]any

const tlsType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"

var protocols = map[string]string{"TLS1_0": "TLSv1_0", "TLS1_1": "TLSv1_1", "TLS1_2": "TLSv1_2", "TLS1_3": "TLSv1_3"}

// clusterOf returns the cluster of an API's endpoints (v1.2.0,
// adapter/internal/oasparser/envoyconf/routes_with_clusters.go), with paths in the router's container.
func clusterOf(name string, from *project, router routerSettings) (object, error) {
	var endpoints, sockets []any
	for index, raw := range from.endpoints {
		parsed, err := url.Parse(raw)
		if err != nil {
			return nil, err
		}
		port, err := portOf(parsed)
		if err != nil {
			return nil, err
		}
		host := parsed.Hostname()
		endpoint := object{"endpoint": object{
			"address": object{"socket_address": object{"address": host, "port_value": port}},
		}}
		if parsed.Scheme == "https" || parsed.Scheme == "wss" {
			match := object{"lb_id": strconv.Itoa(index)}
			endpoint["metadata"] = object{"filter_metadata": object{"envoy.transport_socket_match": match}}
			sockets = append(sockets, object{
				"name":  fmt.Sprintf("ts%d", index),
				"match": match,
				"transport_socket": object{
					"name":         "envoy.transport_sockets.tls",
					"typed_config": tlsContext(host, from.trustFor(raw), router),
				},
			})
		}
		endpoints = append(endpoints, object{"lb_endpoints": []any{endpoint}})
	}
	return object{
		"name":                     name,
		"type":                     "STRICT_DNS",
		"dns_lookup_family":        "V4_ONLY",
		"connect_timeout":          "20s",
		"lb_policy":                "ROUND_ROBIN",
		"load_assignment":          object{"cluster_name": name, "endpoints": endpoints},
		"transport_socket_matches": sockets,
	}, nil
}

// trustFor finds the certificates of an endpoint, whose URL it compares exactly.
func (p *project) trustFor(endpoint string) []byte {
	if own, found := p.trust[endpoint]; found {
		return own
	}
	return p.trust[unnamed]
}

func portOf(endpoint *url.URL) (int, error) {
	if endpoint.Port() != "" {
		return strconv.Atoi(endpoint.Port())
	}
	if endpoint.Scheme == "https" || endpoint.Scheme == "wss" {
		return 443, nil
	}
	return 80, nil
}

func tlsContext(host string, trust []byte, router routerSettings) object {
	settings := router.Upstream.TLS
	ciphers := strings.Split(settings.Ciphers, ",")
	for index := range ciphers {
		ciphers[index] = strings.TrimSpace(ciphers[index])
	}
	common := object{
		"tls_params": object{
			"tls_minimum_protocol_version": protocol(settings.MinimumProtocolVersion),
			"tls_maximum_protocol_version": protocol(settings.MaximumProtocolVersion),
			"cipher_suites":                ciphers,
		},
		"tls_certificates": []any{object{
			"certificate_chain": object{"filename": router.KeyStore.CertPath},
			"private_key":       object{"filename": router.KeyStore.KeyPath},
		}},
	}
	context := object{"@type": tlsType, "common_tls_context": common}
	kind := "IP_ADDRESS"
	if net.ParseIP(host) == nil {
		kind = "DNS"
		context["sni"] = host
	}
	if settings.DisableSslVerification {
		return context
	}
	source := object{"filename": settings.TrustedCertPath}
	if len(trust) > 0 {
		source = object{"inline_bytes": trust}
	}
	validation := object{"trusted_ca": source}
	if settings.VerifyHostName {
		matcher := object{"san_type": kind, "matcher": object{"exact": host}}
		validation["match_typed_subject_alt_names"] = []any{matcher}
	}
	common["validation_context"] = validation
	return context
}

// protocol returns a version's name in Envoy, which is "automatic" for unknown ones.
func protocol(name string) string {
	if known, found := protocols[name]; found {
		return known
	}
	return "TLS_AUTO"
}
