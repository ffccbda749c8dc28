import { refusesChoreoConnect, PAYMENTS } from "./make-choreo-connect";

describe("a configuration of Choreo Connect", () => {
  describe("of its parts", () => {
    refusesChoreoConnect([
      [
        "a host with a scheme",
        { "router/hosts": ["https://gw.example"] },
        'router.hosts[0]: found "https://gw.example"; write a host name in lower case, without scheme, port or wildcard',
      ],
      [
        "a host with a port",
        { "router/hosts": ["gw.example", "gw.example:443"] },
        'router.hosts[1]: found "gw.example:443"; write a host name in lower case, without scheme, port or wildcard',
      ],
      [
        "a host with a wildcard",
        { "router/hosts": ["*.gw.example"] },
        'router.hosts[0]: found "*.gw.example"; write a host name in lower case, without scheme, port or wildcard',
      ],
      [
        "a host that is an address",
        { "router/hosts": ["192.0.2.1"] },
        'router.hosts[0]: found "192.0.2.1"; write a host name in lower case, without scheme, port or wildcard',
      ],
      [
        "an Ed25519 key of the router",
        { "router/algorithm": "Ed25519" },
        'router.algorithm: found "Ed25519"; Envoy accepts only certificates with RSA and ECDSA-P256 keys',
      ],
      [
        "a P-384 key of the router",
        { "router/algorithm": "ECDSA-P384" },
        'router.algorithm: found "ECDSA-P384"; Envoy accepts only certificates with RSA and ECDSA-P256 keys',
      ],
      [
        "an unknown key algorithm of the router",
        { "router/algorithm": "RSA-1024" },
        'router.algorithm: found "RSA-1024"; must be one of RSA-2048, RSA-3072, RSA-4096, ECDSA-P256, ECDSA-P384, Ed25519',
      ],
      [
        "an EC key of the enforcer",
        { "enforcer/algorithm": "ECDSA-P256" },
        'enforcer.algorithm: found "ECDSA-P256"; the enforcer also signs tokens with this key, so it must be RSA-2048, RSA-3072 or RSA-4096',
      ],
      [
        "an EC key of the adapter",
        { "adapter/algorithm": "ECDSA-P256" },
        'adapter.algorithm: found "ECDSA-P256"; the adapter also signs tokens with this key, so it must be RSA-2048, RSA-3072 or RSA-4096',
      ],
      [
        "hosts of the adapter",
        { "adapter/hosts": ["a.example"] },
        "adapter.hosts: is not a known key; the known keys are algorithm",
      ],
      [
        "a renewal window as long as the validity",
        { certificate: { validity: "30d", renewBefore: "30d" } },
        "certificate.renewBefore: 30d must be shorter than validity (30d), or the certificate would be renewed at every up",
      ],
      [
        "a duration in months",
        { "certificate/validity": "3m" },
        'certificate.validity: found "3m"; write a whole number and h, d, w or y (365 days), for example 90d; at most 100y',
      ],
      [
        "a key for existing certificates",
        { "certificate/existing": "a" },
        "certificate.existing: is not a known key; the known keys are validity, renewBefore",
      ],
    ]);
  });

  describe("of versions and ciphers", () => {
    refusesChoreoConnect([
      [
        "an unknown version",
        { "upstreamTls/minimum": "TLSv1.2" },
        'upstreamTls.minimum: found "TLSv1.2"; must be one of TLS1_0, TLS1_1, TLS1_2, TLS1_3',
      ],
      [
        "an unknown version of a backend",
        { [`${PAYMENTS}/tls`]: { maximum: "TLS1_4" } },
        'backends.payments.tls.maximum: found "TLS1_4"; must be one of TLS1_0, TLS1_1, TLS1_2, TLS1_3',
      ],
      [
        "a minimum above the maximum",
        { upstreamTls: { minimum: "TLS1_3", maximum: "TLS1_2" } },
        "upstreamTls.minimum: TLS1_3 is above maximum, TLS1_2; lower it, or raise maximum",
      ],
      [
        "a backend's minimum above the maximum",
        { [`${PAYMENTS}/tls`]: { minimum: "TLS1_2", maximum: "TLS1_1" } },
        "backends.payments.tls.minimum: TLS1_2 is above maximum, TLS1_1; lower it, or raise maximum",
      ],
      [
        "an unknown cipher",
        { upstreamTls: { ciphers: ["ECDHE-RSA-AES128-GCM-SHA"] } },
        'upstreamTls.ciphers[0]: "ECDHE-RSA-AES128-GCM-SHA" is not a cipher that the router can be told to use; similar: ECDHE-RSA-AES128-GCM-SHA256, ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-SHA, AES128-GCM-SHA256',
      ],
      [
        "an unknown cipher without similar ones",
        { upstreamTls: { ciphers: ["NULL"] } },
        'upstreamTls.ciphers[0]: "NULL" is not a cipher that the router can be told to use; the known ciphers are ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-GCM-SHA256, ECDHE-ECDSA-AES256-GCM-SHA384, ECDHE-RSA-AES256-GCM-SHA384, ECDHE-ECDSA-CHACHA20-POLY1305, ECDHE-RSA-CHACHA20-POLY1305, ECDHE-ECDSA-AES128-SHA, ECDHE-RSA-AES128-SHA, ECDHE-ECDSA-AES256-SHA, ECDHE-RSA-AES256-SHA, AES128-GCM-SHA256, AES256-GCM-SHA384, AES128-SHA, AES256-SHA',
      ],
      [
        "a suite of TLS 1.3",
        { [`${PAYMENTS}/tls`]: { ciphers: ["TLS_AES_128_GCM_SHA256"] } },
        'backends.payments.tls.ciphers[0]: "TLS_AES_128_GCM_SHA256" is a suite of TLS 1.3, whose suites are not configurable',
      ],
      [
        "all ciphers in one text",
        { upstreamTls: { ciphers: "ECDHE-RSA-AES128-GCM-SHA256, AES128-SHA" } },
        "upstreamTls.ciphers: found a text of 39 characters; must be a list",
      ],
      [
        "an empty list of ciphers",
        { [`${PAYMENTS}/tls`]: { ciphers: [] } },
        "backends.payments.tls.ciphers: must have at least 1 entry",
      ],
      [
        "an unknown key",
        { "upstreamTls/verifyHostName": false },
        "upstreamTls.verifyHostName: is not a known key; the known keys are minimum, maximum, ciphers",
      ],
    ]);
  });
});
