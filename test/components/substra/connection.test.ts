import assert from "node:assert/strict";
import {
  connectionElsewhere,
  connectionOf,
  type Offer,
  type Wishes,
} from "../../../components/substra/connection";

const INTERNAL = { host: "orchestrator-server.orchestrator.svc.cluster.local", port: 9000 };
const EXTERNAL = { host: "orchestrator.example", port: 443 };
const OFFER = {
  internal: INTERNAL,
  external: EXTERNAL,
  channels: ["mychannel", "second"],
  dnsNames: [EXTERNAL.host, INTERNAL.host, "*.vpn.example"],
};
const usual = { restricted: false, modelExportEnabled: false };
const wishes = (orchestrator: Wishes["orchestrator"] = {}, channels = {}): Wishes => ({
  orchestrator,
  channels,
});

describe("the connection to an orchestrator", () => {
  const dial = (orchestrator: Wishes["orchestrator"], offer: Offer | undefined, same: boolean) =>
    connectionOf(wishes(orchestrator), offer, same);

  it("is inside the cluster for the same stack, and from outside for another, unless configured", () => {
    const inside = { dial: INTERNAL, sameCluster: true };
    const outside = { dial: EXTERNAL, sameCluster: false };
    const of = (sameCluster: boolean | undefined, same: boolean) => {
      const { dial: address, sameCluster: found } = dial({ sameCluster }, OFFER, same);
      return { dial: address, sameCluster: found };
    };
    assert.deepEqual(of(undefined, true), inside);
    assert.deepEqual(of(undefined, false), outside);
    assert.deepEqual(of(false, true), outside);
    assert.deepEqual(of(true, false), inside);
  });

  it("follows the configuration, and the offer for the rest", () => {
    const host = "peer.vpn.example";
    assert.deepEqual(dial({ host }, OFFER, false).dial, { host, port: 443 });
    assert.deepEqual(dial({ host }, OFFER, true).dial, { host, port: 9000 });
    assert.deepEqual(dial({ port: 8443 }, OFFER, false).dial, { ...EXTERNAL, port: 8443 });
  });

  it("uses the HTTPS port if only a host is known, and does not exist without a host", () => {
    const offer = { internal: INTERNAL, channels: [] };
    const host = "o.example";
    assert.deepEqual(dial({ host }, offer, false).dial, { host, port: 443 });
    assert.equal(dial({ port: 8443 }, offer, false).dial, undefined);
    assert.equal(dial({}, undefined, true).dial, undefined);
  });

  it("has the channels that list it, with configured or default settings", () => {
    const second = { restricted: true, modelExportEnabled: true };
    const other = { restricted: true, modelExportEnabled: false };
    const { channels } = connectionOf(wishes({}, { second, other }), OFFER, false);
    assert.deepEqual(channels, { mychannel: usual, second });
  });
});

describe("the connection to another stack's orchestrator", () => {
  it("is accepted if the server's certificate covers the dialled host", () => {
    for (const host of [EXTERNAL.host, INTERNAL.host, "peer.vpn.example"])
      assert.deepEqual(connectionElsewhere("MyOrg2MSP", wishes({ host }), OFFER), {
        dial: { host, port: 443 },
        sameCluster: false,
        channels: { mychannel: usual, second: usual },
      });
  });

  it("is accepted for an IP address in the certificate, and for no other", () => {
    const offer = { ...OFFER, ipAddresses: ["10.20.30.40"] };
    const asked = wishes({ host: "10.20.30.40", port: 30443 });
    assert.deepEqual(connectionElsewhere("MyOrg2MSP", asked, offer).dial, {
      host: "10.20.30.40",
      port: 30443,
    });
    const named = { ...OFFER, dnsNames: ["10.20.30.40"] };
    assert.throws(() => connectionElsewhere("MyOrg2MSP", asked, named), {
      message: /ask the consortium to add it to orchestrator\.ipAddresses$/,
    });
  });

  const AT = "countersign:organizations.MyOrg2MSP";
  const { external, ...noExternal } = OFFER;
  const refusals: [string, Wishes, Offer & { dnsNames: string[] }, string][] = [
    [
      `no address for other clusters such as ${external.host}`,
      wishes(),
      noExternal,
      `${AT}.orchestrator.host is missing: the consortium publishes no address for other clusters. Set it, or orchestrator.sameCluster: true if the orchestrator (${INTERNAL.host}) runs in this cluster`,
    ],
    [
      "a host that is not in the certificate",
      wishes({ host: "o.example" }),
      OFFER,
      `${AT}.orchestrator.host: "o.example" is not in the orchestrator's certificate (orchestrator.example, orchestrator-server.orchestrator.svc.cluster.local, *.vpn.example); change it, or ask the consortium to add it to orchestrator.dnsNames`,
    ],
    [
      "settings of a channel that does not list it",
      wishes({}, { third: usual }),
      OFFER,
      `${AT}.channels.third: the consortium does not list MyOrg2MSP in this channel; it is a member of mychannel, second`,
    ],
    [
      "settings of a channel with the name of an object's property",
      wishes({}, { constructor: usual }),
      OFFER,
      `${AT}.channels.constructor: the consortium does not list MyOrg2MSP in this channel; it is a member of mychannel, second`,
    ],
    [
      "settings of a channel if none lists it",
      wishes({}, { third: usual }),
      { ...OFFER, channels: [] },
      `${AT}.channels.third: the consortium does not list MyOrg2MSP in this channel; it is a member of none`,
    ],
  ];
  for (const [title, asked, offer, message] of refusals)
    it(`is refused with ${title}`, () => {
      assert.throws(() => connectionElsewhere("MyOrg2MSP", asked, offer), { message });
    });
});
