package main

import (
	"context"
	"crypto/x509"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// Error codes of the server, with which its messages begin.
const (
	badRequest       = "OE0003"
	permissionDenied = "OE0102"
)

// gate decides which calls reach the service, by the caller and the channel.
type gate struct {
	strict bool
	// authorities are the subject key identifiers of each organization's CAs.
	authorities map[string][]string
	channels    map[string][]string
}

func newGate(s settings) (*gate, error) {
	g := &gate{strict: s.strict, authorities: map[string][]string{}, channels: s.channels}
	if !s.strict {
		return g, nil
	}
	files, err := clientCAFiles(s.clientCAs)
	if err != nil {
		return nil, err
	}
	for organization, own := range files {
		for _, file := range own {
			id, err := subjectKeyID(file)
			if err != nil {
				return nil, err
			}
			g.authorities[organization] = append(g.authorities[organization], id)
		}
	}
	return g, nil
}

func (g *gate) admit(ctx context.Context, request any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if strings.HasPrefix(info.FullMethod, "/grpc.health.v1.Health/") {
		return next(ctx, request)
	}
	headers, _ := metadata.FromIncomingContext(ctx)
	mspID, ok := single(headers, "mspid")
	if !ok {
		return nil, status.Errorf(codes.FailedPrecondition, "%s: the header mspid must be there once", badRequest)
	}
	if g.strict {
		if problem := g.impersonation(mspID, presented(ctx)); problem != "" {
			return nil, status.Errorf(codes.PermissionDenied, "%s: invalid MSPID %q: %s", permissionDenied, mspID, problem)
		}
	}
	channel, ok := single(headers, "channel")
	if !ok {
		return nil, status.Error(codes.Unknown, "the header channel must be there once")
	}
	if !slices.Contains(g.channels[channel], mspID) {
		return nil, status.Errorf(codes.Unknown, "organization %q is no member of channel %q", mspID, channel)
	}
	return next(ctx, request)
}

// impersonation returns why these certificates do not prove that the caller is this organization. Like the server, and
// in the same order, it checks what the client presented, not the verified chain.
func (g *gate) impersonation(mspID string, certificates []*x509.Certificate) string {
	if len(certificates) == 0 || !slices.Contains(certificates[0].Subject.Organization, mspID) {
		return "it is no O of the client certificate"
	}
	authorities, ok := g.authorities[mspID]
	if !ok {
		return "it is not among the allowed organizations"
	}
	for _, certificate := range certificates {
		if slices.Contains(authorities, string(certificate.AuthorityKeyId)) {
			return ""
		}
	}
	return fmt.Sprintf("the issuer %q is none of its CAs", certificates[0].Issuer)
}

func presented(ctx context.Context) []*x509.Certificate {
	caller, ok := peer.FromContext(ctx)
	if !ok {
		return nil
	}
	info, ok := caller.AuthInfo.(credentials.TLSInfo)
	if !ok {
		return nil
	}
	return info.State.PeerCertificates
}

func single(headers metadata.MD, name string) (string, bool) {
	values := headers.Get(name)
	if len(values) != 1 {
		return "", false
	}
	return values[0], true
}
