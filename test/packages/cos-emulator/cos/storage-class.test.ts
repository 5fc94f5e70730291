import { expect, test } from "vitest";
import { ask } from "./asking.ts";
import { begin, complete, putAll } from "./multipart-support.ts";
import { fieldsFor, postForm } from "./post-support.ts";
import { type Answer, BUCKET_HOST, startCos, type TestCos } from "./support.ts";

const NAME = "x-cos-storage-class";

async function upload(cos: TestCos, storageClass: string): Promise<readonly Answer[]> {
  const headers = { [NAME]: storageClass };
  const uploadId = await begin(cos, "parts", headers);
  const etags = await putAll(cos, "parts", uploadId, ["x"]);
  return [
    await ask(cos, "PUT", "put", { headers, body: "x" }),
    await complete(cos, "parts", uploadId, etags),
    await postForm(cos, fieldsFor({ key: "form", fields: [[NAME, storageClass]] })),
    await ask(cos, "PUT", "copy", {
      headers: { ...headers, "x-cos-copy-source": `${BUCKET_HOST}/put` },
      body: "",
    }),
  ];
}

test("the answer to an upload names every storage class but STANDARD, as HEAD does", async () => {
  const cos = await startCos();
  for (const { headers } of await upload(cos, "STANDARD_IA")) expect(headers[NAME]).toBe("STANDARD_IA");
  expect((await ask(cos, "HEAD", "parts")).headers[NAME]).toBe("STANDARD_IA");
  for (const { headers } of await upload(cos, "STANDARD")) expect(headers).not.toHaveProperty(NAME);
});

test("a storage class is accepted in any case, as cos-java-sdk-v5 sends it, and returned in upper case", async () => {
  const cos = await startCos();
  for (const { headers } of await upload(cos, "Standard_IA")) expect(headers[NAME]).toBe("STANDARD_IA");
  await ask(cos, "PUT", "a", { headers: { [NAME]: "Maz_Archive" }, body: "x" });
  expect((await ask(cos, "HEAD", "a")).headers[NAME]).toBe("MAZ_ARCHIVE");
  expect(await ask(cos, "GET", "a")).toMatchObject({ status: 403, code: "InvalidObjectState" });
  const body = "<RestoreRequest><Days>1</Days></RestoreRequest>";
  expect((await ask(cos, "POST", "a", { query: { restore: "" }, body })).status).toBe(202);
});

test("GET and HEAD name the tier of objects of intelligent tiering, and of no others", async () => {
  const cos = await startCos();
  for (const storageClass of ["INTELLIGENT_TIERING", "MAZ_INTELLIGENT_TIERING", "STANDARD_IA"]) {
    await ask(cos, "PUT", "a", { headers: { [NAME]: storageClass }, body: "x" });
    const answers = [await ask(cos, "GET", "a"), await ask(cos, "HEAD", "a")];
    const tier = storageClass === "STANDARD_IA" ? undefined : "FREQUENT";
    expect(answers.map(({ headers }) => headers["x-cos-storage-tier"])).toEqual([tier, tier]);
  }
});
