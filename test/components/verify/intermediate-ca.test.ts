import assert from "node:assert/strict";
import { Doorkeeper } from "../../../verify/tls/entrance";
import { makeCa, makeLeaf } from "../../unit/x509/make-certificate";
import { keys } from "../../unit/x509/make-keys";
import { makeDnsNames } from "../../unit/x509/make-names";

describe("a handshake of countersign verify", () => {
  it("accepts a CA below another as a trust anchor on both sides, as Go, Java and gRPC do", async () => {
    const ca = makeCa({ issuer: [["CN", "Root"]], authorityKeyId: "0a" });
    const pair = {
      certificate: makeLeaf({
        notAfter: "2030-01-01T00:00:00Z",
        extensions: [makeDnsNames("server.example")],
      }),
      key: keys("p256").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    };
    const door = await Doorkeeper.open({ pair, clientCas: [ca] });
    try {
      const outcome = await door.attempt({ pair, expects: { host: "server.example", ca } });
      assert.equal(outcome.accepted, true, JSON.stringify(outcome));
      const stranger = await door.attempt({
        pair,
        expects: { host: "server.example", ca: makeCa({ keys: keys("otherP256") }) },
      });
      assert.equal(stranger.accepted, false);
    } finally {
      door.close();
    }
  });
});
