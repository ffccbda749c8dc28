import { accepts, refusesServices } from "./make-services";

describe("the files of services", () => {
  refusesServices([
    [
      "PKCS#1 for a key that is not RSA",
      { "db/files": { encoding: "pkcs1" } },
      'db.files.encoding: found "pkcs1", which holds RSA keys only (RFC 8017), but the key is ECDSA-P256; use pkcs8, or set certificate.algorithm to RSA-2048, RSA-3072 or RSA-4096',
    ],
    [
      "SEC1 for a key that is not ECDSA",
      { "db/files": { encoding: "sec1" }, "db/certificate": { algorithm: "Ed25519" } },
      'db.files.encoding: found "sec1", which holds ECDSA keys only (RFC 5915), but the key is Ed25519; use pkcs8, or set certificate.algorithm to ECDSA-P256 or ECDSA-P384',
    ],
    [
      "an encoding for a store",
      { "db/files": { form: "pkcs12", encoding: "pkcs8" } },
      "db.files.encoding: is for a key in PEM, but the form is pkcs12; remove it",
    ],
    [
      "the name of a file that the form does not have",
      { "db/files": { names: { store: "db.p12" } } },
      "db.files.names.store: names a file that the form pem does not have; it has certificate and key",
    ],
    [
      "the name of a file in a folder of CAs",
      { "db/files": { ca: { form: "directory", names: { bundle: "ca.pem" } } } },
      "db.files.ca.names.bundle: names a file that the form directory does not have; its files are named after the CAs",
    ],
    [
      "a name that Kubernetes refuses",
      { "db/files": { names: { key: "tls/key" } } },
      'db.files.names.key: found "tls/key"; write 1 to 253 letters, digits, dots, hyphens and underscores, without two dots at the beginning, as Kubernetes requires of a Secret\'s keys',
    ],
    [
      "a name of a file that Kubernetes refuses",
      { "db/files": { names: { key: "..data" } } },
      'db.files.names.key: found "..data"; write 1 to 253 letters, digits, dots, hyphens and underscores, without two dots at the beginning, as Kubernetes requires of a Secret\'s keys',
    ],
    [
      "two files with one name",
      { "db/files": { names: { key: "tls.crt" } } },
      "db.files.names.key: is tls.crt, like names.certificate; give it another name",
    ],
    [
      "a file of CAs in the Secret with the name of another file",
      { "db/files": { ca: { object: "keys", names: { bundle: "tls.key" } } } },
      "db.files.ca.names.bundle: is tls.key, like names.key; give it another name",
    ],
    [
      "a name for CAs that are in the Secret",
      { "db/files": { ca: { object: "keys", name: "cas" } } },
      "db.files.ca.name: is for an object of its own, but the CAs are in the Secret with the key; remove it, or change `object`",
    ],
    [
      "a store of CAs in a ConfigMap",
      { "db/files": { ca: { form: "jks", object: "ConfigMap" } } },
      'db.files.ca.object: found "ConfigMap", but a store has its password next to it; use Secret or keys',
    ],
    [
      "Ed25519 in a store",
      { "db/files": { form: "jks" }, "db/certificate": { algorithm: "Ed25519" } },
      'db.certificate.algorithm: found "Ed25519", which Java does not support for TLS (JSSE of Java 11 to 21), but the service has a store; use ECDSA-P256',
    ],
    [
      "a password without a store",
      { "db/files": { storePassword: "changeit" } },
      "db.files.storePassword: is for a PKCS#12 or JKS store, but the service has none; change form, or remove it",
    ],
    [
      "two services with one Secret",
      { "orders/files": { secret: "db-tls" } },
      "orders.files.secret: is the name of a Secret in namespace shop that services.db.files.secret has as well; choose another name",
    ],
    [
      "two services with one object for different CAs",
      {
        "db/files": { ca: { name: "cas" } },
        "orders/files": { ca: { name: "cas", form: "directory" } },
      },
      "orders.files.ca.name: is the name of a ConfigMap in namespace shop that services.db.files.ca.name has as well, with other content: CAs are shared only by services with the same form, names and trust; choose another name",
    ],
    [
      "a Secret with the CAs that has the name of a Secret with a key",
      { "db/files": { ca: { object: "Secret", name: "orders-tls" } } },
      "orders.files.secret: is the name of a Secret in namespace shop that services.db.files.ca.name has as well; choose another name",
    ],
  ]);
  accepts("two services that share the object with their CAs", {
    "db/files": { ca: { name: "cas" } },
    "orders/files": { ca: { name: "cas" } },
  });
  accepts("both stores in one Secret, with one password", {
    "db/files": { form: "pkcs12", ca: { form: "pkcs12", object: "keys" } },
  });
});
