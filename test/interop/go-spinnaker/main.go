// Dinghy, but only its connections: its configuration, its server and its client are those of go-yaml-tools.
//
// The argument is the folder that stands for `/`. It reads commands from standard input, one JSON object a line, and
// answers each with an object: the result, or an error's text as `error`.
//
//	serve    starts the server on a free port; answers with `port`
//	refusal  answers with the `reasons` for which the server refused the handshake with a client at port `from`
//	call     calls the URL in the property `url`, but at `port` of this machine, with the client that `client` names:
//	         `http` is that of the section `http`, and `default` is Go's own, which Dinghy really uses; answers with
//	         `status`, `body` and the number of `certificates` that were sent, or with `error` and the port that it
//	         called `from`
//	roots    answers with the number of roots that Go's own client knows
package main

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/armory/go-yaml-tools/pkg/spring"
	"github.com/armory/go-yaml-tools/pkg/tls/client"
	"github.com/armory/go-yaml-tools/pkg/tls/server"
	"github.com/mitchellh/mapstructure"
	"github.com/sirupsen/logrus"
)

const patience = 20 * time.Second

type settings struct {
	Server server.ServerConfig
	Http   client.Config
}

type command struct {
	Do     string
	Client string
	URL    string
	Host   string
	Port   int
	From   int
}

type dinghy struct {
	properties map[string]any
	settings   settings
	refusals   *refusals
}

func main() {
	logrus.SetLevel(logrus.WarnLevel) // messages about the loading of files
	refused := &refusals{reasons: map[string]chan string{}}
	log.SetFlags(0)
	log.SetOutput(refused)
	d, err := load(os.Args[1], refused)
	answers := json.NewEncoder(os.Stdout)
	answers.SetEscapeHTML(false)
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		var answer map[string]any
		failure := err
		if failure == nil {
			answer, failure = d.answer(commands.Bytes())
		}
		if failure != nil {
			answer = map[string]any{"error": []string{failure.Error()}, "from": answer["from"]}
		}
		if err := answers.Encode(answer); err != nil {
			os.Exit(1)
		}
	}
}

// refusals are net/http's log messages about failed handshakes, by the client's port.
type refusals struct {
	lock    sync.Mutex
	reasons map[string]chan string
}

var handshake = regexp.MustCompile(`TLS handshake error from 127\.0\.0\.1:(\d+): (.*)`)

func (r *refusals) Write(line []byte) (int, error) {
	if found := handshake.FindSubmatch(line); found != nil {
		r.of(string(found[1])) <- string(found[2])
	}
	return len(line), nil
}

func (r *refusals) of(port string) chan string {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.reasons[port] == nil {
		r.reasons[port] = make(chan string, 100)
	}
	return r.reasons[port]
}

// load reads the configuration as Dinghy does (armory/dinghy 22bd44e4, pkg/settings). Dinghy looks for the folder in a
// list of places; the test's folder cannot be in `/`.
func load(root string, refused *refusals) (*dinghy, error) {
	environment := map[string]string{}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		environment[name] = value
	}
	folder := spring.SpringEnv{
		ConfigDir: filepath.Join(root, "opt/spinnaker/config"),
		EnvMap:    environment,
	}
	properties, err := spring.LoadDefaultWithEnv(folder, []string{"spinnaker", "dinghy"})
	if err != nil {
		return nil, err
	}
	d := &dinghy{properties: properties, refusals: refused}
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		WeaklyTypedInput: true,
		Result:           &d.settings,
	})
	if err != nil {
		return nil, err
	}
	return d, decoder.Decode(properties)
}

func (d *dinghy) answer(line []byte) (map[string]any, error) {
	var asked command
	if err := json.Unmarshal(line, &asked); err != nil {
		return nil, err
	}
	switch asked.Do {
	case "serve":
		port, err := d.serve()
		return map[string]any{"port": port}, err
	case "refusal":
		select {
		case reason := <-d.refusals.of(strconv.Itoa(asked.From)):
			return map[string]any{"reasons": []string{reason}}, nil
		case <-time.After(patience):
			return nil, errors.New("the server has not refused that")
		}
	case "call":
		return d.call(asked)
	case "roots":
		pool, err := x509.SystemCertPool()
		if err != nil {
			return nil, err
		}
		//lint:ignore SA1019 On Linux, Subjects contains the whole system pool.
		return map[string]any{"count": len(pool.Subjects())}, nil
	}
	return nil, fmt.Errorf("no such command: %s", line)
}

// serve starts the server. As the server does not report its port, it gets one that was free a moment ago. It is
// ready once it accepts a connection.
func (d *dinghy) serve() (int, error) {
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	address := probe.Addr().(*net.TCPAddr)
	if err := probe.Close(); err != nil {
		return 0, err
	}
	config := d.settings.Server
	config.Host, config.Port = "127.0.0.1", uint32(address.Port)
	ended := make(chan error, 1)
	go func() { ended <- server.NewServer(&config).Start(http.HandlerFunc(whoAmI)) }()
	for {
		select {
		case err := <-ended:
			return 0, err
		case <-time.After(5 * time.Millisecond):
		}
		connection, err := net.Dial("tcp", address.String())
		if err != nil {
			continue
		}
		connection.Close()
		return address.Port, nil
	}
}

// whoAmI answers with the client's identity, as the server sees it.
func whoAmI(response http.ResponseWriter, request *http.Request) {
	who := "nobody"
	if request.TLS != nil && len(request.TLS.PeerCertificates) > 0 {
		who = request.TLS.PeerCertificates[0].Subject.String()
	}
	io.WriteString(response, who)
}

func (d *dinghy) call(asked command) (map[string]any, error) {
	target, err := url.Parse(d.property(asked.URL))
	if err != nil {
		return nil, err
	}
	if asked.Host != "" {
		target.Host = asked.Host
	}
	transport := &http.Transport{}
	if asked.Client == "http" {
		if err := d.settings.Http.Init(); err != nil {
			return nil, err
		}
		transport = d.settings.Http.NewClient().Transport.(*http.Transport)
	}
	from := 0
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		connection, err := (&net.Dialer{}).DialContext(ctx, network, fmt.Sprintf("127.0.0.1:%d", asked.Port))
		if err == nil {
			from = connection.LocalAddr().(*net.TCPAddr).Port
		}
		return connection, err
	}
	caller := http.Client{Transport: transport, Timeout: patience}
	response, err := caller.Get(target.String())
	if err != nil {
		return map[string]any{"from": from}, err
	}
	defer transport.CloseIdleConnections()
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	answer := map[string]any{"status": response.StatusCode, "body": string(body)}
	if response.TLS != nil {
		answer["certificates"] = len(response.TLS.PeerCertificates)
	}
	return answer, err
}

func (d *dinghy) property(name string) string {
	var value any = d.properties
	for _, key := range strings.Split(name, ".") {
		tree, _ := value.(map[string]any)
		value = tree[key]
	}
	text, _ := value.(string)
	return text
}
