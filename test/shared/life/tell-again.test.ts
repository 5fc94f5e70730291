import { expect, onTestFinished, test, vi } from "vitest";
import type { CosRequest } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { lifeService } from "../../../shared/life/service.ts";
import { tellAgain } from "../../../shared/life/tell-again.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { TEST_CREDENTIAL } from "../../support/credential.ts";

const NOW = Date.UTC(2026, 10, 27, 4);
const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** Notes, each a file's key and how many minutes ago it was left, and a service that holds them. */
function withNotes(notes: Readonly<Record<string, number>>) {
  const left = new Map(
    Object.entries(notes).map(([at, minutes], i) => [`life/untold/${i}`, { at, minutes }]),
  );
  const renewed: string[] = [];
  const inOrder = [...left].sort(([a], [b]) => (a < b ? -1 : 1));
  const pageAfter = (marker: string) => {
    const rest = inOrder.filter(([key]) => key > marker);
    const listing = rest
      .slice(0, 1000)
      .map(
        ([key, { minutes }]) =>
          `<Contents><Key>${key}</Key><Size>9</Size><LastModified>${new Date(NOW - minutes * 60_000).toISOString()}</LastModified></Contents>`,
      );
    return `<ListBucketResult>${listing.join("")}<IsTruncated>${rest.length > 1000}</IsTruncated></ListBucketResult>`;
  };
  const call = async ({ method, key, body, query = {} }: CosRequest) => {
    const answer = (status: number, text = "") => ({
      status,
      headers: { date: new Date(NOW).toUTCString() },
      body: Buffer.from(text),
    });
    if (key === "") return answer(200, pageAfter(query["marker"] ?? ""));
    if (method === "PUT") renewed.push(JSON.parse(String(body)).at);
    if (method === "DELETE") left.delete(key);
    const note = left.get(key);
    return note === undefined ? answer(404) : answer(200, JSON.stringify({ at: note.at }));
  };
  const service = {
    ...lifeService({ ...TEST_ENV, UPLOADED_WEBHOOK: "https://example.com/", WEBHOOK_SECRET: SECRET }),
    sts: {
      credentialFor: async () => TEST_CREDENTIAL,
      credentialsFor: async <T>(items: readonly T[]) =>
        items.map((item) => ({ item, credential: TEST_CREDENTIAL })),
    },
    cos: { call },
  };
  const followed: string[] = [];
  let [open, most] = [0, 0];
  const run = (limitMs = 30_000) =>
    tellAgain(service, new Invocation({ time_limit_in_ms: limitMs }), async (at) => {
      followed.push(at);
      open += 1;
      most = Math.max(most, open);
      await new Promise(setImmediate);
      open -= 1;
      if (at.startsWith("poison")) throw new Error(at);
      return "accepted";
    });
  return { run, followed, renewed, left: () => [...left.values()].map(({ at }) => at), most: () => most };
}

test("a file whose announcement the team's server refuses does not block other users' files", async () => {
  const { run, left, renewed } = withNotes({ "poison-1": 60, "ann's": 50, "poison-2": 40, "bob's": 30 });
  await expect(run()).rejects.toThrow("poison-1");
  expect(left()).toEqual(["poison-1", "poison-2"]);
  expect(renewed).toEqual(["poison-1", "poison-2"]);
});

test("many such files come after those that have waited longer", async () => {
  const poison = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`poison-${i}`, 5]));
  const { run, left, followed } = withNotes({ ...poison, "ann's": 6 });
  await expect(run()).rejects.toThrow("poison");
  expect(left()).not.toContain("ann's");
  // When nothing can be announced, the run ends: the server must be down. (Four are tried at once.)
  expect(followed.length).toBeGreaterThanOrEqual(1 + 10);
  expect(followed.length).toBeLessThanOrEqual(1 + 10 + 3);
});

test("with thousands of notes, the oldest are announced, whatever their names", async () => {
  const poison = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`poison-${i}`, 5]));
  const { run, left } = withNotes({ ...poison, "ann's": 60, "bob's": 50 });
  await expect(run()).rejects.toThrow("poison");
  expect(left()).not.toContain("ann's");
  expect(left()).not.toContain("bob's");
});

test("leaves alone what SCF itself may still repeat", async () => {
  const { run, followed } = withNotes({ "ann's": 3, "bob's": 5 });
  expect(await run()).toEqual(["accepted"]);
  expect(followed).toEqual(["bob's"]);
});

test("follows four at once", async () => {
  const { run, most } = withNotes(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`file-${i}`, 5])));
  expect(await run()).toHaveLength(9);
  expect(most()).toBe(4);
});

test.each([
  [7000, ["accepted"]],
  [6999, []],
])("with %i ms left, announces %j", async (left, told) => {
  vi.useFakeTimers({ toFake: ["hrtime"] });
  onTestFinished(() => void vi.useRealTimers());
  // 400 ms are kept for the answer.
  expect(await withNotes({ "ann's": 5 }).run(left + 400)).toEqual(told);
});
