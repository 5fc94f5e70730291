import COS from "cos-nodejs-sdk-v5";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, startTestEmulator } from "./emulator.ts";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.close());

interface Grant {
  readonly bucket: string;
  readonly region: string;
  readonly key: string;
  readonly rule: string;
  readonly renewal: string;
  readonly credentials: {
    readonly TmpSecretId: string;
    readonly TmpSecretKey: string;
    readonly SecurityToken: string;
  };
}

const askFor = async (query: Record<string, string>) =>
  (await ask<Grant>(`${emulator.url}/upload-credentials?${new URLSearchParams(query)}`)).json;

/** The official SDK with these credentials, and the place that they are for. */
function sdkFor({ bucket, region, key, credentials }: Grant) {
  const cos = new COS({
    SecretId: credentials.TmpSecretId,
    SecretKey: credentials.TmpSecretKey,
    SecurityToken: credentials.SecurityToken,
    Protocol: "http:",
    Domain: emulator.cosHost,
    AutoSwitchHost: false,
    ConfCwd: emulator.dataDirectory,
  });
  return { cos, at: { Bucket: bucket, Region: region, Key: key } };
}

const refused = expect.objectContaining({ code: "AccessDenied", statusCode: 403 });

describe.each([
  ["as first issued", async (grant: Grant) => grant],
  ["after a renewal", ({ key, rule, renewal }: Grant) => askFor({ key, rule, renewal })],
])("a credential %s", (_, given) => {
  test("accepts the requested type, and no other, in one piece and in parts", async () => {
    const type = "video/mp4; codecs=avc1";
    const { cos, at } = sdkFor(await given(await askFor({ ext: "mp4", type })));
    await cos.putObject({ ...at, Body: "x", ContentType: type });
    await cos.multipartInit({ ...at, ContentType: type });
    for (const ContentType of ["text/html", "video/mp4", "video/mp4;codecs=avc1"]) {
      await expect(cos.putObject({ ...at, Body: "x", ContentType })).rejects.toEqual(refused);
      await expect(cos.multipartInit({ ...at, ContentType })).rejects.toEqual(refused);
    }
  });

  test("accepts no request longer than the requested size", async () => {
    const { cos, at } = sdkFor(await given(await askFor({ ext: "mp4", size: "1000" })));
    await cos.putObject({ ...at, Body: "x".repeat(1000) });
    await expect(cos.putObject({ ...at, Body: "x".repeat(1001) })).rejects.toEqual(refused);
    const { UploadId } = await cos.multipartInit(at);
    const part = { ...at, UploadId, PartNumber: 1 };
    await cos.multipartUpload({ ...part, Body: "x".repeat(1000) });
    await expect(cos.multipartUpload({ ...part, Body: "x".repeat(1001) })).rejects.toEqual(refused);
  });
});
