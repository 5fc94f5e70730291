import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { listen, stop } from "../../../packages/cos-emulator/src/cloud/listen.ts";
import type { CosAnswer, CosCall, CosRequest } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import * as hooks from "../../../shared/life/on-uploaded.ts";
import { type LifeService, lifeService } from "../../../shared/life/service.ts";
import { settle, type Verdict } from "../../../shared/life/settle.ts";
import type { Marker } from "../../../shared/life/state.ts";
import type { Upload } from "../../../shared/life/upload.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { RULE } from "../../support/signing.ts";

vi.mock(import("../../../shared/life/on-uploaded.ts"), { spy: true });
const onRejected = vi.mocked(hooks.onRejected);

const KEY = "uploads/20261127/1_a+b.jpg";
const file = { key: KEY, size: 5, type: "image/jpeg", etag: "e", storedAt: 1, rule: "photo", meta: {} };
const WRONG: Verdict = { state: "rejected", reason: "WrongContent" };

let server: Server;
let webhook: LifeService["webhook"];
let told = 0;
/** What happens while the team's server is told. */
let whileTold: (() => void) | undefined;
beforeAll(async () => {
  server = createServer((_, response) => {
    told += 1;
    whileTold?.();
    response.end();
  });
  webhook = { url: new URL(`http://127.0.0.1:${await listen(server, 0)}`), key: Buffer.alloc(32) };
});
afterAll(() => stop(server));
beforeEach(() => {
  told = 0;
  whileTold = undefined;
  onRejected.mockReset();
});

const COPIED = '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>';

/** What COS says of the file. */
const HEADERS = {
  "content-length": "5",
  "content-type": "image/jpeg",
  etag: '"e"',
  "last-modified": "Thu, 01 Jan 1970 00:00:01 GMT",
};

/**
 * A file, and what is done with it: `METHOD key`, and the source of a copy. Its record can be read, as it was written, or
 * as it has become `meanwhile`, which is when the file is copied.
 */
function upload(
  changes: Partial<Upload> = {},
  failing?: (request: CosRequest) => boolean,
  copyStatus = 200,
  copyBody = COPIED,
  head: Pick<CosAnswer, "status" | "headers"> = { status: 200, headers: HEADERS },
  meanwhile: (ended: Marker) => Marker | undefined = (ended) => ended,
) {
  const done: string[] = [];
  let record = JSON.stringify(changes.marker);
  const recorded = (): Marker | undefined => (record === undefined ? undefined : JSON.parse(record));
  const become = (change: typeof meanwhile) => {
    const ended = recorded();
    if (ended !== undefined) record = JSON.stringify(change(ended));
  };
  const cos: CosCall = async (request) => {
    const { method, key, headers = {}, accept = [], acceptCode } = request;
    if (method === "GET") {
      const found = key === ENDED ? record : undefined;
      return { status: found === undefined ? 404 : 200, headers: {}, body: Buffer.from(found ?? "") };
    }
    const copy = [headers["x-cos-copy-source"] ?? [], headers["x-cos-copy-source-if-match"] ?? []];
    done.push([method, key, copy].flat(2).join(" "));
    if (failing?.(request)) throw new Error("COS is away.");
    const isCopy = headers["x-cos-copy-source"] !== undefined;
    const [, code = ""] = /<Code>(\w+)</.exec(copyBody) ?? [];
    const isHandled = copyStatus === 200 || accept.includes(copyStatus) || acceptCode?.test(code);
    if (isCopy && !isHandled) throw new Error(`COS answers ${copyStatus}.`);
    if (method === "HEAD") return { ...head, body: Buffer.alloc(0) };
    if (method === "PUT" && key === ENDED) record = String(request.body);
    if (isCopy) become(meanwhile);
    return { status: isCopy ? copyStatus : 200, headers: {}, body: Buffer.from(isCopy ? copyBody : "") };
  };
  const one = { file, at: KEY, rule: RULE, marker: undefined, cos, ...changes };
  return { done, upload: one, become, recorded };
}

const service = () => ({ ...lifeService(TEST_ENV), webhook });
const settled = (one: Upload, verdict: Verdict, ready: LifeService = service()) =>
  settle(one, verdict, ready, new Invocation({}));

const ENDED = `life/state/${KEY}/ended`;

test("an accepted file is left alone, recorded and announced", async () => {
  const { upload: one, done } = upload();
  expect(await settled(one, { state: "accepted" })).toMatchObject({
    state: "accepted",
    told: ["upload.accepted"],
  });
  expect(done).toEqual([`PUT ${ENDED}`, `PUT ${ENDED}`]);
  expect(told).toBe(1);
});

test("a rejected file is removed after this is recorded", async () => {
  const { upload: one, done } = upload();
  await settled(one, WRONG);
  expect(done).toEqual([`PUT ${ENDED}`, `PUT ${ENDED}`, `DELETE ${KEY}`, `PUT ${ENDED}`]);
});

test("a rule can have it moved instead: copied to rejected/ and then removed", async () => {
  const { upload: one, done } = upload({ rule: { ...RULE, keepRejected: true } });
  await settled(one, WRONG);
  expect(done).toEqual([
    `PUT ${ENDED}`,
    `PUT ${ENDED}`,
    `PUT rejected/${KEY} uploads-1250000000.cos.ap-guangzhou.myqcloud.com/uploads/20261127/1_a%2Bb.jpg`,
    `DELETE ${KEY}`,
    `PUT ${ENDED}`,
  ]);
});

test.each([
  [5 * 1024 ** 3, 1],
  [5 * 1024 ** 3 + 1, 0],
])(
  "attack: of %i bytes, which credentials for parts allow, it is copied %i times, and then removed",
  async (size, copies) => {
    const changes = { rule: { ...RULE, keepRejected: true }, file: { ...file, size } };
    const { upload: one, done } = upload(changes);
    await settled(one, { state: "rejected", reason: "TooLarge" });
    expect(done.filter((line) => line.startsWith(`PUT rejected/${KEY} `))).toHaveLength(copies);
    expect(done).toContain(`DELETE ${KEY}`);
  },
);

test("if it cannot be copied, it is neither removed nor announced, and a note is left", async () => {
  const isCopy = ({ headers }: CosRequest) => headers?.["x-cos-copy-source"] !== undefined;
  const { upload: one, done } = upload({ rule: { ...RULE, keepRejected: true } }, isCopy);
  await expect(settled(one, WRONG)).rejects.toThrow("COS is away.");
  expect(done.some((line) => line.startsWith("DELETE"))).toBe(false);
  expect(done.at(-1)).toMatch(/^PUT life\/untold\//);
  expect(told).toBe(0);
});

test.each([
  ["to rejected/", { rule: { ...RULE, keepRejected: true } }, WRONG],
  ["from pending/", { at: `pending/${KEY}` }, { state: "accepted" } as const],
])("if COS begins a 200 and then fails to copy %s, the file is not removed", async (_, changes, verdict) => {
  const failed =
    "<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>";
  for (const body of [failed, ""]) {
    const { upload: one, done } = upload(changes, undefined, 200, body);
    await expect(settled(one, verdict)).rejects.toMatchObject({ code: "StorageUnavailable" });
    expect(done.some((line) => line.startsWith("DELETE"))).toBe(false);
    expect(told).toBe(0);
  }
});

test.each(["WrongContent", "Risky"])(
  "without a webhook, a rejected file is removed all the same: %s",
  async (reason) => {
    const { upload: one, done } = upload();
    await settled(one, { state: "rejected", reason }, { ...service(), webhook: undefined });
    expect(done).toEqual([`PUT ${ENDED}`, `PUT ${ENDED}`, `DELETE ${KEY}`]);
  },
);

test("without a webhook, it is moved if its rule says so", async () => {
  const { upload: one, done } = upload({ rule: { ...RULE, keepRejected: true } });
  await settled(one, WRONG, { ...service(), webhook: undefined });
  expect(done.slice(-2)).toEqual([
    expect.stringMatching(`^PUT rejected/${KEY.replace("+", "\\+")} `),
    `DELETE ${KEY}`,
  ]);
});

test("removes a file that COS refuses to read, even if the rule keeps rejected files", async () => {
  const { upload: one, done } = upload({ rule: { ...RULE, keepRejected: true } });
  await settled(one, { state: "rejected", reason: "Unreadable" }, { ...service(), webhook: undefined });
  expect(done).toEqual([`PUT ${ENDED}`, `PUT ${ENDED}`, `DELETE ${KEY}`]);
});

test("removes an archived file with another flaw, even if the rule keeps rejected files", async () => {
  const archived = "<Error><Code>InvalidObjectState</Code></Error>";
  const { upload: one, done } = upload({ rule: { ...RULE, keepRejected: true } }, undefined, 403, archived);
  await settled(one, { state: "rejected", reason: "WrongType" }, { ...service(), webhook: undefined });
  expect(done.at(-1)).toBe(`DELETE ${KEY}`);
});

test("neither moves nor announces an accepted file that was archived after its check", async () => {
  const archived = "<Error><Code>InvalidObjectState</Code></Error>";
  const { upload: one, done } = upload({ at: `pending/${KEY}` }, undefined, 403, archived);
  await settled(one, { state: "accepted" });
  expect(done.some((line) => line.startsWith("DELETE"))).toBe(false);
  expect(told).toBe(0);
});

describe("onRejected", () => {
  test("is called before the file is removed, and not again for the same file", async () => {
    const { upload: one, done } = upload();
    const before: string[][] = [];
    onRejected.mockImplementation(async () => void before.push([...done]));
    const marker = await settled(one, WRONG);
    expect(onRejected).toHaveBeenCalledWith(file, "WrongContent", expect.anything());
    expect(before).toEqual([[`PUT ${ENDED}`]]);
    await settled({ ...one, marker }, WRONG);
    expect([onRejected.mock.calls.length, told]).toEqual([1, 1]);
  });

  test("throws: the file stays, nothing is announced, and a note is left", async () => {
    onRejected.mockRejectedValue(new Error("no database"));
    const { upload: one, done } = upload();
    await expect(settled(one, WRONG)).rejects.toThrow("no database");
    expect(done).toEqual([`PUT ${ENDED}`, expect.stringMatching(/^PUT life\/untold\//)]);
    expect(told).toBe(0);
  });

  test("is not called for an accepted file", async () => {
    await settled(upload().upload, { state: "accepted" });
    expect(onRejected).not.toHaveBeenCalled();
  });
});

test("a recorded decision stays, whatever is found afterwards", async () => {
  const marker: Marker = { state: "rejected", reason: "WrongContent", file, told: ["onRejected"] };
  const { upload: one, done } = upload({ marker });
  const end = await settled(one, { state: "accepted" });
  expect(end).toMatchObject({ state: "rejected", told: ["onRejected", "upload.rejected"] });
  expect(done).toEqual([`DELETE ${KEY}`, `PUT ${ENDED}`]);
});

test("an announced decision is not announced again", async () => {
  const marker: Marker = { state: "accepted", file, told: ["upload.accepted"] };
  const { upload: one, done } = upload({ marker });
  await settled(one, WRONG);
  expect([told, done]).toEqual([0, []]);
});

const AT = `pending/${KEY}`;
const COPY = `PUT ${KEY} uploads-1250000000.cos.ap-guangzhou.myqcloud.com/pending/uploads/20261127/1_a%2Bb.jpg "e"`;

test("a waiting file is copied to its key, by the ETag that was checked, and then announced", async () => {
  const { upload: one, done } = upload({ at: AT });
  expect(await settled(one, { state: "accepted" })).toMatchObject({
    waited: true,
    told: ["upload.accepted"],
  });
  expect(done).toEqual([`PUT ${ENDED}`, COPY, `HEAD ${AT}`, `DELETE ${AT}`, `PUT ${ENDED}`]);
});

test.each([
  ["another file with the same MD5", 200, { ...HEADERS, "last-modified": "Thu, 01 Jan 1970 00:00:02 GMT" }],
  ["one of another type", 200, { ...HEADERS, "content-type": "text/html" }],
  ["one that COS does not describe", 400, {}],
])("attack: %s takes the place of a waiting file just before it is copied", async (_, status, headers) => {
  const { upload: one, done } = upload({ at: AT }, undefined, 200, COPIED, { status, headers });
  await settled(one, { state: "accepted" });
  expect([told, done]).toEqual([0, [`PUT ${ENDED}`, COPY, `HEAD ${AT}`, `DELETE ${KEY}`]]);
});

const GONE = { status: 404, headers: {} };
const deleted = () => undefined;
const risky = (ended: Marker): Marker => ({ ...ended, state: "rejected", reason: "Risky" });

test("a copy stays that another invocation has made at the same time, and removed the original", async () => {
  const { upload: one, done } = upload({ at: AT }, undefined, 200, COPIED, GONE);
  await settled(one, { state: "accepted" });
  expect([told, done]).toEqual([1, [`PUT ${ENDED}`, COPY, `HEAD ${AT}`, `DELETE ${AT}`, `PUT ${ENDED}`]]);
});

test.each([
  // Its record is deleted with it. What was copied may also be another file with the same MD5, put there for an instant.
  ["attack: a file that its owner deletes", deleted, GONE],
  ["a file that COS's audit finds risky", risky, GONE],
  // onRejected and a copy to `rejected/` take their time.
  ["a file that COS's audit finds risky, and that is still to be removed,", risky, undefined],
])("%s while it is copied does not come back", async (_, meanwhile, head) => {
  const { upload: one, done } = upload({ at: AT }, undefined, 200, COPIED, head, meanwhile);
  await settled(one, { state: "accepted" });
  expect([told, done]).toEqual([0, [`PUT ${ENDED}`, COPY, `HEAD ${AT}`, `DELETE ${KEY}`]]);
});

test.each([
  ["its owner deletes", deleted],
  ["COS's audit finds risky", risky],
])(
  "a file that %s before it is copied is not announced as accepted, nor recorded once more",
  async (_, meanwhile) => {
    const { upload: one, done } = upload({ at: AT }, undefined, 404, COPIED, undefined, meanwhile);
    await settled(one, { state: "accepted" });
    expect([told, done]).toEqual([0, [`PUT ${ENDED}`, COPY]]);
  },
);

test.each([
  ["deleted by its owner", deleted, undefined],
  ["found risky by COS's audit", risky, { state: "rejected", reason: "Risky" }],
])("attack: the record of a file that is %s while it is announced stays so", async (_, meanwhile, record) => {
  const { upload: one, become, recorded } = upload();
  whileTold = () => become(meanwhile);
  await settled(one, { state: "accepted" });
  expect(told).toBe(1);
  if (record === undefined) expect(recorded()).toBeUndefined();
  else expect(recorded()).toMatchObject(record);
});

test("the copy has the type and metadata that were checked, whatever has been stored there since", async () => {
  const headers: CosRequest["headers"][] = [];
  const { upload: one } = upload(
    { at: AT, file: { ...file, name: "图.jpg", meta: { order: "17" } } },
    (request) => {
      if (request.headers?.["x-cos-copy-source"] !== undefined) headers.push(request.headers);
      return false;
    },
  );
  await settled(one, { state: "accepted" });
  expect(headers).toEqual([
    expect.objectContaining({
      "x-cos-metadata-directive": "Replaced",
      "content-type": "image/jpeg",
      "content-disposition": "attachment; filename*=UTF-8''%E5%9B%BE.jpg",
      "x-cos-meta-order": "17",
    }),
  ]);
});

test("a file that has replaced it is neither copied nor removed, and nothing is announced", async () => {
  const { upload: one, done } = upload({ at: AT }, undefined, 412);
  await settled(one, { state: "accepted" });
  expect([told, done]).toEqual([0, [`PUT ${ENDED}`, COPY]]);
});

test("a file that an earlier call has moved is announced", async () => {
  const marker: Marker = { state: "accepted", file, waited: true, told: [] };
  const { upload: one, done } = upload({ at: AT, marker }, undefined, 404);
  await settled(one, WRONG);
  expect([told, done]).toEqual([1, [COPY, `HEAD ${KEY}`, `PUT ${ENDED}`]]);
});

test("a file that is neither where it waited nor at its key is not announced as accepted", async () => {
  const marker: Marker = { state: "accepted", waited: true, file, told: [] };
  const { upload: one, done } = upload({ at: AT, marker }, undefined, 404, COPIED, GONE);
  await settled(one, { state: "accepted" });
  expect([told, done]).toEqual([0, [COPY, `HEAD ${KEY}`]]);
});

test("a waiting file of the wrong kind is removed, even without a webhook", async () => {
  const { upload: one, done } = upload({ at: AT });
  await settled(one, WRONG, { ...service(), webhook: undefined });
  expect(done).toEqual([`PUT ${ENDED}`, `PUT ${ENDED}`, `DELETE ${AT}`]);
});
