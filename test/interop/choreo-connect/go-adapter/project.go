package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/ghodss/yaml"
)

// A project contains what the adapter reads from an API project's folder.
type project struct {
	// endpoints are the production URLs, exactly as in api.yaml.
	endpoints []string
	// trust contains PEM by the URL of an endpoint, or by "default".
	trust    map[string][]byte
	problems []string
}

// unnamed is the key of certificates that the index assigns to no endpoint.
const unnamed = "default"

var certificate = regexp.MustCompile(`(?s)-----BEGIN CERTIFICATE-----.*-----END CERTIFICATE-----`)

func readProject(folder string) (*project, error) {
	read := &project{trust: map[string][]byte{}, problems: []string{}}
	named, files := map[string]string{}, map[string][]byte{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		switch below, isEndpoints := strings.CutPrefix(inside, "Endpoint-certificates/"); {
		case inside == "api.yaml":
			read.endpoints, err = endpointsIn(content)
		case !isEndpoints || strings.HasPrefix(below, "interceptors/"):
		case strings.HasPrefix(below, "endpoint_certificates."):
			err = readIndex(content, named)
		case strings.HasSuffix(below, ".crt") || strings.HasSuffix(below, ".pem"):
			if !certificate.Match(content) {
				return fmt.Errorf("%s is not PEM", inside)
			}
			files[filepath.Base(below)] = content
		}
		return err
	})
	read.assign(named, files)
	return read, err
}

// assign gives each endpoint its file. The first endpoint that names a file removes it, so that a second one does not
// find it (v1.2.0, adapter/internal/discovery/xds/server.go). In the real adapter, their order is random.
func (p *project) assign(named map[string]string, files map[string][]byte) {
	for _, url := range slices.Sorted(maps.Keys(named)) {
		file := named[url]
		content, found := files[file]
		if !found {
			p.problems = append(p.problems, fmt.Sprintf("Certificate file %s not found for the url %s", file, url))
			continue
		}
		p.trust[url] = content
		delete(files, file)
	}
	for _, file := range slices.Sorted(maps.Keys(files)) {
		p.trust[unnamed] = append(append(p.trust[unnamed], files[file]...), '\n')
	}
}

func readIndex(content []byte, into map[string]string) error {
	var index struct {
		Data []struct{ Endpoint, Certificate string }
	}
	if err := yaml.Unmarshal(content, &index); err != nil {
		return err
	}
	for _, each := range index.Data {
		into[each.Endpoint] = each.Certificate
	}
	return nil
}

// endpointsIn reads one endpoint or, for load balancing, several.
func endpointsIn(content []byte) ([]string, error) {
	type endpoint struct{ URL string }
	var api struct {
		Data struct {
			EndpointConfig struct {
				Production json.RawMessage `json:"production_endpoints"`
			} `json:"endpointConfig"`
		} `json:"data"`
	}
	if err := yaml.Unmarshal(content, &api); err != nil {
		return nil, err
	}
	production := api.Data.EndpointConfig.Production
	var several []endpoint
	if json.Unmarshal(production, &several) != nil {
		several = make([]endpoint, 1)
		if err := json.Unmarshal(production, &several[0]); err != nil {
			return nil, err
		}
	}
	var urls []string
	for _, each := range several {
		url := strings.TrimSpace(each.URL)
		if !strings.Contains(url, "://") {
			url = "http://" + url
		}
		urls = append(urls, url)
	}
	return urls, nil
}
