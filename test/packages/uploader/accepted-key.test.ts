import { expect, test } from "vitest";
import { readTicket } from "../../../packages/uploader/src/core/service-answer.ts";

const ANSWER = { method: "POST", url: "https://b.example.com/", fields: {}, headers: {} };

test("a file that waits for its check is known by the key that it will have", () => {
  const read = (data: object) =>
    readTicket({ statusCode: 200, data: { ...ANSWER, ...data }, requestId: "" }).key;
  expect(read({ cosKey: "photos/a.jpg" })).toBe("photos/a.jpg");
  expect(read({ cosKey: "pending/photos/a.jpg", acceptedKey: "photos/a.jpg" })).toBe("photos/a.jpg");
});
