import { describe, expect, test } from "vitest";
import { errorOf, loadBundle, TEST_ENV } from "../../support/bundle.ts";

/** Any key of the form that all keys have when callers cannot be told apart. */
const KEY = "uploads/20261123/1700000000000_0123456789abcdef0123456789abcdef.jpg";

describe("attack: with UPLOAD_AUTH=none, an anonymous caller", () => {
  const { main_handler } = loadBundle("objects", { ...TEST_ENV, UPLOAD_AUTH: "none" });
  const json = { "content-type": "application/json" };

  test.each([
    ["lists everybody's objects", { path: "/objects" }],
    ["deletes an object", { httpMethod: "DELETE", path: "/objects", queryString: { key: KEY } }],
    [
      "deletes many",
      {
        httpMethod: "POST",
        path: "/objects/delete",
        headers: json,
        body: JSON.stringify({ keys: [KEY] }),
      },
    ],
    [
      "empties the bucket",
      { httpMethod: "POST", path: "/objects/delete", headers: json, body: JSON.stringify({ all: true }) },
    ],
  ])("%s", async (_, event) => {
    const answer = await main_handler(event);
    expect([answer.statusCode, errorOf(answer).code]).toEqual([403, "CallersNotToldApart"]);
  });
});
