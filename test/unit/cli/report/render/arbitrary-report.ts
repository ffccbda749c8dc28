import fc from "fast-check";
import { anyText } from "../../../any-text";
import type {
  AccessChange,
  CertificateChange,
  Change,
  Chart,
  Connection,
  Danger,
  Generation,
  Lifetime,
  ManifestChanges,
  Notice,
  Reason,
  Redraw,
  ReleaseChange,
  Report,
  ServerChange,
  ShownValue,
  StackReport,
  TrustChange,
  WorkloadChange,
} from "../../../../../cli/report/model";
import { SECRET, UNKNOWN } from "../../../../../cli/report/value";
import { AT } from "../make-report";

/** Texts that would be markup, a mention, or the end of something if they were not escaped. */
const HOSTILE = [
  "```",
  "`",
  "</details>",
  "<details>",
  "|",
  "\\|",
  "\\",
  "@team",
  "#12",
  "\n\n# x\n",
  "\n```\n",
  "[a](b)",
  "**",
  "$$",
  "\u202e",
  "\u041e",
  "é",
  '"]',
  "%%{",
  "section x",
  "--> ",
  "https://a.example",
  "<!--",
];

const text = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constantFrom("", "MyOrg1MSP", "g1", "CN=MyOrg1MSP,O=Org 1", "a.b-c.example"),
  },
  {
    weight: 9,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...HOSTILE), anyText(8)), { maxLength: 6 })
      .map((parts) => parts.join("")),
  },
  fc.constantFrom("x".repeat(2000), "`@".repeat(500)),
);

const unknown = fc.constant(UNKNOWN);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, unknown);
const optional = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, fc.constant(undefined));
const several = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 3 });
const moment = fc
  .date({ min: new Date("1990-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString());

function change<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Change<T>> {
  return fc.record({ before: optional(value), after: optional(value) });
}

const reason: fc.Arbitrary<Reason> = fc.record({
  code: fc.constantFrom("first", "names", "unknown"),
  text,
  source: optional(fc.record({ key: text, file: optional(text), line: optional(fc.nat()) })),
});

const names = fc.array(text, { maxLength: 9 });

const certificate: fc.Arbitrary<CertificateChange> = fc.record({
  operation: fc.constantFrom("issued", "renewed", "re-keyed", "replaced", "withdrawn"),
  kind: fc.constantFrom("leaf", "authority"),
  owner: text,
  name: text,
  subject: maybe(text),
  names: maybe(fc.record({ kept: names, added: names, removed: names })),
  key: change(maybe(text)),
  issuer: change(text),
  expires: optional(moment),
  validity: optional(
    fc.oneof(
      fc.record({ hours: fc.integer({ min: 1, max: 876_000 }) }),
      fc.record({ until: moment }),
    ),
  ),
  fingerprint: optional(text),
  reasons: several(reason),
});

const generation: fc.Arbitrary<Generation> = fc.record({
  id: text,
  name: text,
  fingerprint: maybe(text),
});

const trust: fc.Arbitrary<TrustChange> = fc.record({
  party: text,
  elsewhere: fc.boolean(),
  before: several(generation),
  after: several(generation),
});

const access: fc.Arbitrary<AccessChange> = fc.record({
  party: text,
  server: text,
  change: fc.constantFrom("gets", "loses"),
  isServer: optional(fc.boolean()),
  kind: optional(fc.constant("component")),
});

const mode = fc.constantFrom("plain", "tls", "mutual-tls-optional", "mutual-tls");

const server: fc.Arbitrary<ServerChange> = fc.record({
  party: text,
  before: mode,
  after: mode,
  callers: several(text),
});

const chart: fc.Arbitrary<Chart> = fc.record({ name: text, version: optional(text), from: text });

const shown: fc.Arbitrary<ShownValue> = fc.oneof(
  fc.record({ text }),
  fc.constant(SECRET),
  unknown,
  fc.record({ newNameOf: text }),
);

const manifests: fc.Arbitrary<ManifestChanges> = fc.oneof(
  fc.record({ unavailable: text }),
  fc.record({
    objects: several(
      fc.record({
        kind: text,
        name: text,
        operation: fc.constantFrom("added", "removed", "changed"),
        diff: text,
        data: optional(fc.record({ claims: several(text), isLost: fc.boolean() })),
      }),
    ),
    notes: several(text),
  }),
);

const values = several(fc.record({ path: text, before: optional(shown), after: optional(shown) }));

const redraw: fc.Arbitrary<Redraw> = fc.record({
  object: text,
  fields: several(text),
  consequence: optional(text),
  mayStay: fc.boolean(),
});

const release: fc.Arbitrary<ReleaseChange> = fc.record({
  party: text,
  name: text,
  namespace: maybe(text),
  operation: fc.constantFrom("installed", "upgraded", "replaced", "removed"),
  rolls: maybe(several(text)),
  redraws: several(redraw),
  why: several(text),
  chart: change(chart),
  values,
  manifests,
});

const workload: fc.Arbitrary<WorkloadChange> = fc.record({
  kind: text,
  name: text,
  namespace: maybe(text),
  operation: fc.constantFrom("added", "changed", "replaced", "removed"),
  rolls: maybe(fc.boolean()),
  why: several(text),
  values,
});

const danger: fc.Arbitrary<Danger> = fc.record({
  kind: fc.constantFrom("breaking", "destructive"),
  text,
  todo: text,
});

const notice: fc.Arbitrary<Notice> = fc.record({
  severity: fc.constantFrom("warning", "info"),
  text,
});

const lifetime: fc.Arbitrary<Lifetime> = fc.record({
  kind: fc.constantFrom("leaf", "authority"),
  owner: text,
  name: text,
  notBefore: maybe(moment),
  notAfter: maybe(moment),
  hours: optional(fc.integer({ min: 1, max: 876_000 })),
  renewBeforeHours: optional(fc.integer({ min: 1, max: 876_000 })),
});

const connection: fc.Arbitrary<Connection> = fc.record({
  client: text,
  server: text,
  clientIssuer: optional(text),
  serverIssuer: optional(text),
  clientTrustsServer: optional(fc.boolean()),
  serverTrustsClient: optional(fc.boolean()),
});

const stack: fc.Arbitrary<StackReport> = fc.record({
  stack: text,
  failure: fc.option(text, { nil: undefined, freq: 9 }),
  certificates: several(certificate),
  trust: several(trust),
  access: several(access),
  servers: several(server),
  releases: several(release),
  workloads: several(workload),
  dangers: several(danger),
  notices: several(notice),
  lifetimes: several(lifetime),
  connections: several(connection),
  operations: fc.record({
    create: fc.nat(9),
    update: fc.nat(9),
    replace: fc.nat(9),
    delete: fc.nat(9),
  }),
});

/** Any report, often with texts that strangers could put into it. */
export const anyReport: fc.Arbitrary<Report> = fc.record({
  at: fc.constant(AT),
  stacks: fc.array(stack, { minLength: 1, maxLength: 5 }),
});
