import assert from "node:assert/strict";
import { load, goodExcept } from "./make-config";
import { refusesSpinnaker, spinnakerWith } from "./make-spinnaker";
import { findPublicCa, publicCas, readCertificate } from "../../../x509";
import { makeCa, makeLeaf } from "../x509/make-certificate";
import { keys } from "../x509/make-keys";
import { PUBLISHED, PUBLISHED_NAME } from "../x509/make-published";

const TRUST = "services/echo/trust";
const KEY = "services.echo.trust";
const G2 = findPublicCa("DigiCert Global Root G2");
assert.ok(G2);
const UNKNOWN = `is not the CN or SHA-256 fingerprint of any public CA that Node ${process.version} knows`;

describe("the CAs beyond Spinnaker's own", () => {
  /** Returns the CAs that a service's clients trust besides Spinnaker's CA. */
  const trusted = (trust: object) => {
    const config = load(goodExcept(spinnakerWith({ [TRUST]: trust }))).spinnaker;
    const { trustsOthers } =
      config?.installation.services.find(({ name }) => name === "echo") ?? {};
    return { trust: config?.services.echo?.trust, trustsOthers };
  };

  it("are public ones by name in any case, or by fingerprint, each once", () => {
    const alias = `digicert-global-root-g2-${G2.fingerprint.slice(0, 8)}`;
    const colons = G2.fingerprint.toUpperCase().replace(/..(?=.)/g, "$&:");
    const names = ["DigiCert Global Root G2", "digicert GLOBAL root g2", G2.fingerprint, colons];
    for (const publicCas of [...names.map((name) => [name]), names])
      assert.deepEqual(trusted({ publicCas }), {
        trust: { [alias]: G2.pem },
        trustsOthers: true,
      });
  });

  it("may be all public ones", () => {
    const { trust = {} } = trusted({ publicCas: "all" });
    assert.deepEqual(
      Object.values(trust),
      publicCas().map(({ pem }) => pem),
    );
    for (const alias of Object.keys(trust)) assert.match(alias, /^[a-z\d-]+$/);
  });

  it("are those of a bundle, by their names", () => {
    const [one, other] = [
      makeCa({ subject: [["CN", "Jenkins' CA"]] }),
      makeCa({ subject: [["O", "Slack"]] }),
    ];
    const short = (pem: string) => readCertificate(pem).fingerprint.slice(0, 8);
    assert.deepEqual(trusted({ certificates: one + other }), {
      trust: { [`jenkins-ca-${short(one)}`]: one, [`o-slack-${short(other)}`]: other },
      trustsOthers: true,
    });
  });

  it("are none with an empty section, and undecided without one", () => {
    assert.deepEqual(trusted({}), { trust: {}, trustsOthers: false });
    const { spinnaker } = load(goodExcept(spinnakerWith({ [`services/echo`]: {} })));
    assert.equal(
      spinnaker?.installation.services.find(({ name }) => name === "echo")?.trustsOthers,
      undefined,
    );
  });

  refusesSpinnaker([
    [
      "an unknown one, and names those of the same company",
      { [`${TRUST}/publicCas`]: ["DigiCert Global Root G2", "ISRG Root X9"] },
      `${KEY}.publicCas: "ISRG Root X9" ${UNKNOWN}; similar names are "ISRG Root X1", "ISRG Root X2"`,
    ],
    [
      "an unknown one without similar ones",
      { [`${TRUST}/publicCas`]: ["Corporate Root CA"] },
      `${KEY}.publicCas: "Corporate Root CA" ${UNKNOWN}`,
    ],
    [
      "one name instead of a list",
      { [`${TRUST}/publicCas`]: "DigiCert Global Root G2" },
      `${KEY}.publicCas: found "DigiCert Global Root G2"; must be "all", or a list of CAs by their names or SHA-256 fingerprints`,
    ],
    [
      "a list of something else",
      { [`${TRUST}/publicCas`]: [5] },
      `${KEY}.publicCas: found a list; must be "all", or a list of CAs by their names or SHA-256 fingerprints`,
    ],
    [
      "a certificate that is not a CA",
      { [`${TRUST}/certificates`]: makeCa() + makeLeaf() },
      `${KEY}.certificates: O=MyOrg1MSP is not a CA: its basic constraints lack CA:TRUE, which Go (services in Go) and Java (services in Java) refuse.`,
    ],
    [
      "a CA with a negative serial number",
      { [`${TRUST}/certificates`]: makeCa() + makeCa({ serialNumber: "ff01" }) },
      `${KEY}.certificates: CN=Test CA has a negative serial number, which Go (services in Go) refuses.`,
    ],
    [
      "a CA whose private key is published",
      { [`${TRUST}/certificates`]: makeCa() + makeCa({ keys: PUBLISHED }) },
      `${KEY}.certificates: holds CN=Test CA, which has ${PUBLISHED_NAME}: everybody has its private key`,
    ],
    [
      "a text that is not a certificate",
      { [`${TRUST}/certificates`]: "DigiCert" },
      `${KEY}.certificates: the bundle holds no PEM block: it should begin with a line \`-----BEGIN …-----\`.`,
    ],
    [
      "a private key, which is not quoted",
      {
        [`${TRUST}/certificates`]: keys("p256")
          .privateKey.export({ type: "pkcs8", format: "pem" })
          .toString(),
      },
      `${KEY}.certificates: the bundle: a PRIVATE KEY block instead of a CERTIFICATE. A private key stays with its owner: treat this one as exposed and make a new one.`,
    ],
  ]);
});
