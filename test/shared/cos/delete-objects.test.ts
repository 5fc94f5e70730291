import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseXml } from "../../../packages/cos-emulator/src/cos/xml/parse-xml.ts";
import type { CosClient, CosRequest } from "../../../shared/cos/client.ts";
import { DELETE, deleteObject, deleteObjects, MAX_DELETED } from "../../../shared/cos/delete-objects.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { TEST_CREDENTIAL } from "../../support/credential.ts";
import { failureOf } from "../../support/failure-of.ts";
import { cosWith, inXml, LONGEST_KEY, statementsOf } from "./support.ts";

/** As https://cloud.tencent.com/document/api/436/8289 shows it. */
const result = (errors: readonly { key: string; code: string }[]) =>
  `<?xml version='1.0' encoding='utf-8' ?>\n<DeleteResult>\n${errors
    .map(
      ({ key, code }) =>
        `\t<Error>\n\t\t<Key>${inXml(key)}</Key>\n\t\t<Code>${code}</Code>\n\t\t<Message>secret words</Message>\n\t</Error>\n`,
    )
    .join("")}</DeleteResult>`;

function clientWith(answer: string) {
  const { cos, asked } = cosWith(() => answer);
  const credentials = new Set<unknown>();
  const client: CosClient = {
    call(request, credential) {
      credentials.add(credential);
      return cos(request);
    },
  };
  return { client, asked, credentials };
}
const remove = (keys: readonly string[], answer = result([])) => {
  const { client, asked } = clientWith(answer);
  return { done: deleteObjects(client, keys, TEST_CREDENTIAL, new Invocation({})), asked };
};

/** What COS would delete by this request, read as the emulator reads it. */
function deletedBy(request: CosRequest | undefined): unknown {
  const lists = new Set(["Delete.Object"]);
  return parseXml(String(request?.body), "Delete", lists, { trimValues: false });
}

test("the right to delete is the right to delete objects, and nothing else", () => {
  const [statement] = statementsOf({ key: "uploads/ann", isPrefix: true, permissions: [DELETE] });
  expect(statement?.action).toEqual(["name/cos:DeleteObject"]);
});

test("deletes one object, which need not be there", async () => {
  const { client, asked, credentials } = clientWith("");
  await deleteObject(client, "uploads/a.jpg", TEST_CREDENTIAL, new Invocation({}));
  expect(asked).toEqual([{ method: "DELETE", key: "uploads/a.jpg", accept: [404] }]);
  expect([...credentials]).toEqual([TEST_CREDENTIAL]);
});

test("deletes many with one request, which may be sent again", async () => {
  const { done, asked } = remove(["a", "b"]);
  expect(await done).toEqual([]);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    method: "POST",
    key: "",
    query: { delete: "" },
    headers: { "content-type": "application/xml" },
    isRepeatable: true,
  });
  expect(asked[0]).not.toHaveProperty("accept");
});

test("asks for exactly these keys, whatever is in them, and vouches for the body", async () => {
  const key = fc.string({ unit: "grapheme", minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(key, { minLength: 1, maxLength: 5 }), async (keys) => {
      const given = [...keys, "]]></Key>&amp;&#65;"];
      const { done, asked } = remove(given);
      await done;
      expect(deletedBy(asked[0])).toEqual({ Quiet: "true", Object: given.map((Key) => ({ Key })) });
      const md5 = createHash("md5")
        .update(Buffer.from(String(asked[0]?.body)))
        .digest("base64");
      expect(asked[0]?.headers?.["content-md5"]).toBe(md5);
    }),
  );
});

test.each([
  ["one", [{ key: "a&b <1>.jpg", code: "AccessDenied" }]],
  [
    "many",
    [
      { key: " a ", code: "AccessDenied" },
      { key: "b", code: "InternalError" },
    ],
  ],
])("names what COS did not delete, of %s, with COS's code and not with its words", async (_, left) => {
  expect(await remove(["a"], result(left)).done).toEqual(left);
});

test("reads what COS says of as many as may be deleted at once", async () => {
  const { done, asked } = remove(["a"]);
  await done;
  const errors = Array(MAX_DELETED).fill({ key: LONGEST_KEY, code: "AccessDenied" });
  expect(asked[0]?.maxAnswerBytes).toBeGreaterThan(result(errors).length);
});

test.each([
  ["nothing", ""],
  ["another document", "<Error><Code>AccessDenied</Code></Error>"],
  ["a result that is cut off", result([{ key: "b", code: "AccessDenied" }]).slice(0, 60)],
  ["no XML", "deleted"],
])("an answer that has %s does not count as deleted", async (_, answer) => {
  expect(await failureOf(remove(["a"], answer).done)).toEqual({
    code: "StorageUnavailable",
    message: "Storage failed; try again in a moment.",
    log: { cosError: "no result of deleting" },
  });
});
