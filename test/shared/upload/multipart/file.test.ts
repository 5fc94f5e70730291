import { expect, test } from "vitest";
import { readEvent } from "../../../../shared/http/request.ts";
import { rules } from "../../../../shared/object/rules.ts";
import { readLargeFile } from "../../../../shared/upload/multipart/file.ts";

const read = (body: object) => {
  const headers = { "content-type": "application/json" };
  return readLargeFile(readEvent({ httpMethod: "POST", headers, body: JSON.stringify(body) }), rules);
};

const LARGEST = 2048 * 1024 ** 2;

test("reads a file and its exact size, up to what its rule allows in parts", () => {
  expect(read({ ext: "mp4", size: 1 })).toMatchObject({ ext: "mp4", size: 1, defaultType: "video/mp4" });
  expect(read({ ext: "mp4", size: LARGEST }).size).toBe(LARGEST);
  expect(() => read({ ext: "mp4", size: LARGEST + 1 })).toThrow(`may have at most ${LARGEST} bytes.`);
});

test.each([{ ext: "mp4" }, { ext: "mp4", size: 0 }])("refuses %j, which has no parts", (body) => {
  expect(() => read(body)).toThrow(
    "size must be the file's length in bytes, at least 1; an empty file has no parts.",
  );
});

test("refuses md5, which nothing could enforce", () => {
  expect(() => read({ ext: "mp4", size: 1, md5: "mQ/fVh815F3k6TAUm8m0eg==" })).toThrow(
    "md5 cannot be enforced on an upload in parts; leave it out, or use put-sign or post-policy.",
  );
});
