import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { CosCall, CosRequest } from "../../shared/cos/client.ts";
import { storageUnavailable } from "../../shared/errors.ts";
import { onUploaded } from "../../shared/life/on-uploaded.ts";
import { findUpload } from "../../shared/life/upload.ts";
import { TEST_ENV } from "../support/bundle.ts";
import { setRuleQuotas } from "../support/rule-quotas.ts";
import { RULE } from "../support/signing.ts";

vi.mock(import("../../shared/life/on-uploaded.ts"), { spy: true });
vi.mock(import("../../shared/life/upload.ts"), { spy: true });

const KEY = "uploads/20261127/1_a.jpg";
const JPEG = Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex");
const EVENT = { Records: [{ cos: { cosObject: { key: `/1250000000/uploads/${KEY}` } } }] };

let uploaded: (event: unknown, context: unknown) => Promise<unknown>;
beforeAll(async () => {
  setRuleQuotas();
  for (const [name, value] of Object.entries(TEST_ENV)) vi.stubEnv(name, value);
  const { main_handler } = await import("../../functions/uploaded/index.ts");
  uploaded = main_handler;
});
beforeEach(() => vi.mocked(onUploaded).mockReset());

/** An upload under `pending/`, and what is done with it, where `failing` fails. */
function upload(failing: (request: CosRequest) => boolean): string[] {
  const done: string[] = [];
  const cos: CosCall = async (request) => {
    done.push(`${request.method} ${request.key}`);
    if (failing(request)) throw storageUnavailable("Storage failed.");
    return { status: 200, headers: {}, body: JPEG };
  };
  const stored = { size: JPEG.length, type: "image/jpeg", etag: "e", storedAt: 1 };
  const file = { key: KEY, ...stored, rule: "photo", meta: {} };
  const one = { file, rule: RULE, at: `pending/${KEY}`, stored, cos, marker: undefined };
  vi.mocked(findUpload).mockResolvedValue(one);
  return done;
}

/** SCF gives up after two repetitions, and COS's event does not come again. */
test.each<[string, (request: CosRequest) => boolean]>([
  ["looked at", ({ method, key }) => method === "GET" && key === `pending/${KEY}`],
  ["closed, since COS fails", ({ query }) => query !== undefined && "acl" in query],
  ["moved to its key", ({ method, key }) => method === "PUT" && key === KEY],
])("a file that cannot be %s is noted, for the timer to continue", async (_, failing) => {
  const done = upload(failing);
  await expect(uploaded(EVENT, {})).rejects.toThrow("Storage failed.");
  expect(done.at(-1)).toMatch(/^PUT life\/untold\/[\da-f]{40}$/);
});

// A key of 850 bytes, each written as three, and what comes before it.
test.each([
  [3000, ["gone"]],
  [3001, []],
])("an object's path of %i characters is %j", async (length, objects) => {
  vi.mocked(findUpload).mockResolvedValue(undefined);
  const key = "/1250000000/uploads/".padEnd(length, "a");
  expect(await uploaded({ Records: [{ cos: { cosObject: { key } } }] }, {})).toEqual({ objects });
});

test("of an id of COS's, the log has no more than an id has", async () => {
  vi.mocked(findUpload).mockResolvedValue(undefined);
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const meta = { "x-cos-request-id": "a".repeat(100) };
  await uploaded({ Records: [{ cos: { cosObject: { key: "/1250000000/uploads/a", meta } } }] }, {});
  const lines = written.mock.calls.map(([line]) => String(line));
  written.mockRestore();
  expect(lines.map((line) => JSON.parse(line).cosRequestId)).toContain("a".repeat(64));
});

test("so is one for which the team's onUploaded fails", async () => {
  vi.mocked(onUploaded).mockImplementationOnce(() => Promise.reject(new TypeError("No database.")));
  const done = upload(() => false);
  await expect(uploaded(EVENT, {})).rejects.toThrow("The function failed");
  expect(done.at(-1)).toMatch(/^PUT life\/untold\//);
});
