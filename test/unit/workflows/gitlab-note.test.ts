import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";

const SCRIPT = join(__dirname, "..", "..", "..", ".github", "scripts", "gitlab-note.cjs");
const MARKER = "<!-- countersign: reports -->";
const NOTES = "/api/projects/3/merge_requests/7/notes";

interface Note {
  readonly id: number;
  readonly author: { readonly id: number };
  body: string;
}

describe("the note on a merge request", () => {
  let folder: string;
  let server: Server;
  let notes: Note[];
  /** Requests except for reads. */
  let changes: string[];

  /** Answers like GitLab, with pages of one note. */
  async function answer(request: IncomingMessage): Promise<[unknown, Record<string, string>?]> {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
    if (pathname === "/api/user") return [{ id: 1 }];
    if (request.method === "GET") {
      const page = Number(searchParams.get("page"));
      const next = page < notes.length ? `${page + 1}` : "";
      return [notes.slice(page - 1, page), { "x-next-page": next }];
    }
    changes.push(`${request.method ?? ""} ${pathname}`);
    const { body } = (await json(request)) as { body: string };
    const id = Number(pathname.split("/").at(-1));
    const found = notes.find((note) => note.id === id);
    if (found) found.body = body;
    else notes.push({ id: notes.length + 1, author: { id: 1 }, body });
    return [{}];
  }

  const write = () =>
    new Promise<{ failed: boolean; stderr: string }>((done) => {
      const { port } = server.address() as AddressInfo;
      const env = {
        PATH: process.env.PATH,
        CI_API_V4_URL: `http://127.0.0.1:${port}/api`,
        CI_PROJECT_ID: "3",
        CI_MERGE_REQUEST_IID: "7",
        CI_PIPELINE_URL: "https://gitlab.example/pipeline",
        CI_COMMIT_SHORT_SHA: "01234567",
        NOTES_TOKEN: "token",
        REPORTS: folder,
      };
      execFile(process.execPath, [SCRIPT], { env }, (error, _, stderr) =>
        done({ failed: error !== null, stderr }),
      );
    });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "countersign-note-"));
    notes = [];
    changes = [];
    server = createServer((request, response) => {
      if (request.headers["private-token"] !== "token") response.writeHead(401).end("{}");
      else {
        void answer(request).then(([data, headers = {}]) =>
          response.writeHead(200, headers).end(JSON.stringify(data)),
        );
      }
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is written once and then updated, among notes of others and quotes of it", async () => {
    notes.push({ id: 1, author: { id: 2 }, body: `${MARKER} quoted` });
    writeFileSync(join(folder, "dev.json"), JSON.stringify({ stack: "dev", status: 0 }));
    writeFileSync(join(folder, "dev.md"), "# Report of dev\n");
    assert.deepEqual(await write(), { failed: false, stderr: "" });
    assert.equal(
      notes[1]?.body,
      `${MARKER}\nThis is what a deployment would do to the stacks that this merge request changes. Commit 01234567, checked by [this pipeline](https://gitlab.example/pipeline).\n\n# Report of dev`,
    );
    rmSync(join(folder, "dev.json"));
    await write();
    assert.match(notes[1].body, /no longer changes any stack/);
    assert.deepEqual(changes, [`POST ${NOTES}`, `PUT ${NOTES}/2`]);
  });

  it("is not created if no stack is changed", async () => {
    assert.deepEqual(await write(), { failed: false, stderr: "" });
    assert.deepEqual(changes, []);
  });
});
