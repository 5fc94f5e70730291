import { expect, test } from "vitest";
import type { CosRequest } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { storageDenied } from "../../../shared/errors.ts";
import { readStatusKey, statusService, uploadStatus } from "../../../shared/life/status.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { TEST_CREDENTIAL } from "../../support/credential.ts";

const KEY = "uploads/20261127/1_a.jpg";

/** What upload-status says of a file that COS does not describe, with this written about it. */
async function statusWith(ended: object | undefined) {
  const service = {
    ...statusService({ ...TEST_ENV, UPLOAD_AUTH: "none" }),
    sts: {
      credentialFor: async () => TEST_CREDENTIAL,
      credentialsFor: async <T>(items: readonly T[]) =>
        items.map((item) => ({ item, credential: TEST_CREDENTIAL })),
    },
    cos: {
      async call({ method, key, accept = [] }: CosRequest) {
        const written = key.endsWith("/ended") && ended !== undefined;
        const status = method === "HEAD" ? (key === KEY ? 400 : 404) : written ? 200 : 404;
        if (status !== 200 && !accept.includes(status)) throw storageDenied("Storage refuses it.");
        return { status, headers: {}, body: Buffer.from(written ? JSON.stringify(ended) : "") };
      },
    },
  };
  return await uploadStatus(KEY, service, new Invocation({}));
}

const nothingKnown = { size: 0, type: "", etag: "", storedAt: 0 };

test("a file that COS does not describe is stored, as far as nothing else is written about it", async () => {
  expect(await statusWith(undefined)).toEqual({ key: KEY, state: "stored", ...nothingKnown });
});

test("a file that COS does not describe is rejected once that is written, before it is removed", async () => {
  const file = { key: KEY, ...nothingKnown, rule: "photo", meta: {} };
  const rejected = { state: "rejected", file, reason: "Unreadable", told: [] };
  const { state, reason } = await statusWith(rejected);
  expect([state, reason]).toEqual(["rejected", "Unreadable"]);
});

test("nothing is said about a key of more than 800 bytes, for which nothing is written", () => {
  const { rules } = statusService({ ...TEST_ENV, UPLOAD_AUTH: "none" });
  const read = (key: string) => {
    const query = new Map([["key", [key]]]);
    return readStatusKey(
      { method: "GET", path: "/", headers: new Map(), query, body: "" },
      { user: undefined },
      rules,
    );
  };
  const longest = "uploads/20261127/".padEnd(800, "a");
  expect(read(longest)).toBe(longest);
  expect(() => read(`${longest}a`)).toThrow(
    expect.objectContaining({ status: 400, code: "InvalidParameter" }),
  );
});
