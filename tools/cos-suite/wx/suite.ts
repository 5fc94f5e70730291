import COS from "cos-nodejs-sdk-v5";
import type { Emulator } from "../../../packages/cos-emulator/src/index.ts";
import { messagesOf } from "../process/messages.ts";
import type { Suite, SuiteMessage } from "../suite.ts";

/**
 * cos-wx-sdk-v5's demo/test.js, which is meant for a Mini Program, in a process with a `wx` that does real HTTP. The suite
 * neither catches its cases' errors nor limits their time; the process adds both.
 */
export const wxSuite: Suite = {
  name: "cos-wx-sdk-v5",
  needs: ["demo/test.js", "demo/lib/cos-wx-sdk-v5.js"],
  keys: "*",

  async *run(context) {
    await putExpectedObjects(context.emulator);
    const { folder, only, timeoutSeconds, emulator, credentialsUrl } = context;
    const parameters = [
      JSON.stringify({
        folder,
        only,
        timeoutMs: timeoutSeconds * 1000,
        cosPort: new URL(emulator.cosUrl).port,
        appId: emulator.account.appId,
        ownerUin: emulator.account.ownerUin,
        bucket: emulator.bucket.name,
        region: emulator.bucket.region,
        stsUrl: `${credentialsUrl}/sts`,
      }),
    ];
    yield* messagesOf<SuiteMessage>(new URL("process.cjs", import.meta.url), parameters, context, {});
  },
};

/** Two cases expect existing objects: one that can be appended to, and a video. */
async function putExpectedObjects({ account, bucket, cosHost }: Emulator): Promise<void> {
  const { secretId: SecretId, secretKey: SecretKey } = account;
  const cos = new COS({ SecretId, SecretKey, Domain: cosHost, Protocol: "http:" });
  const inBucket = { Bucket: bucket.name, Region: bucket.region };
  await cos.appendObject({ ...inBucket, Key: "append.txt", Body: "0", Position: 0 });
  await cos.putObject({ ...inBucket, Key: "test.mp4", Body: "film" });
}
