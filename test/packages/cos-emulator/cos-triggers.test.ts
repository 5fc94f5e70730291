import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import COS from "cos-nodejs-sdk-v5";
import { scf } from "tencentcloud-sdk-nodejs-scf";
import { describe, expect, test } from "vitest";
import {
  type CosTriggerDefinition,
  type Emulator,
  type EmulatorOptions,
  startEmulator,
} from "../../../packages/cos-emulator/src/index.ts";
import { onTestEnd, temporaryFolder, writeFunctions } from "./fixture-functions.ts";
import { zipOf } from "./scf/api/support.ts";

const AT = { Bucket: "uploads-1250000000", Region: "ap-guangzhou" };

/** Prints the event that it is called with; of the Authorization it only says that it is there. */
const SHOW = `exports.main_handler = async (event) => {
  const [{ event: { requestParameters: { requestHeaders } } }] = event.Records;
  requestHeaders.Authorization = String(requestHeaders.Authorization).slice(0, 21);
  console.log("EVENT " + JSON.stringify(event));
};`;

const FAIL = `exports.main_handler = async (event) => {
  console.log("EVENT " + JSON.stringify({ key: event.Records[0].cos.cosObject.key }));
  throw new Error("no");
};`;

interface Shown {
  readonly cos: { readonly cosObject: { readonly key: string }; readonly [name: string]: unknown };
  readonly event: { readonly eventName: string; readonly [name: string]: unknown };
}

async function start(
  source: string,
  triggers: readonly CosTriggerDefinition[],
  options: Partial<EmulatorOptions> = {},
) {
  const folder = await writeFunctions({ told: source });
  const lines: string[] = [];
  const emulator = await startEmulator({
    functions: [{ name: "told", file: join(folder, "told", "index.js"), triggers }],
    log: (line) => lines.push(line),
    ...options,
  });
  onTestEnd(() => emulator.close());
  const sdk = await clientOf(emulator);
  return { emulator, sdk, lines, events: () => eventsIn(lines, "told") };
}

async function clientOf({ account, cosUrl }: Emulator): Promise<COS> {
  return new COS({
    SecretId: account.secretId,
    SecretKey: account.secretKey,
    Protocol: "http:",
    Domain: new URL(cosUrl).host,
    ConfCwd: await temporaryFolder(),
  });
}

function eventsIn(lines: readonly string[], name: string): Shown[] {
  const mark = `[${name}] EVENT `;
  return lines
    .filter((line) => line.startsWith(mark))
    .map((line) => JSON.parse(line.slice(mark.length)))
    .flatMap((event) => event.Records ?? [event]);
}

const named = (events: readonly Shown[]) =>
  events.map(({ cos, event }) => `${event.eventName} ${cos.cosObject.key}`).sort();

/** Long enough for an event that should not come. */
const AWHILE_MS = 400;

describe("a COS trigger of a function known from the start", () => {
  test("reports an upload in the documented form", async () => {
    const { sdk, emulator, events } = await start(SHOW, [{ type: "cos", event: "cos:ObjectCreated:*" }]);
    const Key = "图 1/a+b.jpg";
    await sdk.putObject({
      ...AT,
      Key,
      Body: "hello",
      ContentType: "image/jpeg",
      Headers: { "x-cos-meta-ticket": "t1" },
    });
    await expect.poll(() => events()).toHaveLength(1);
    expect(events()[0]).toEqual({
      cos: {
        cosSchemaVersion: "1.0",
        cosObject: {
          url: `http://uploads-1250000000.cos.ap-guangzhou.myqcloud.com/${encodeURIComponent("图 1")}/a%2Bb.jpg`,
          meta: {
            "x-cos-request-id": expect.stringMatching(/^[A-Za-z0-9+/=]{20,}$/),
            "Content-Type": "image/jpeg",
            "x-cos-meta-ticket": "t1",
          },
          vid: "",
          key: `/1250000000/uploads/${Key}`,
          size: 5,
        },
        cosBucket: { region: "gz", name: "uploads", appid: "1250000000" },
        cosNotificationId: "unkown",
      },
      event: {
        eventName: "cos:ObjectCreated:Put",
        eventVersion: "1.0",
        eventTime: expect.any(Number),
        eventSource: "qcs::cos",
        requestParameters: {
          requestSourceIP: "127.0.0.1",
          requestHeaders: { Authorization: "q-sign-algorithm=sha1" },
        },
        eventQueue: "qcs:0:scf:ap-guangzhou:appid/1250000000:default.told.$LATEST",
        reservedInfo: "",
        reqid: expect.any(Number),
      },
    });
    await expect.poll(() => emulator.requests.at(-1)?.service).toBe("trigger");
    expect(emulator.requests.at(-1)).toMatchObject({
      path: "/told",
      status: 200,
      code: undefined,
      action: `cos:ObjectCreated:Put ${Key}`,
    });
    expect(JSON.stringify(emulator.requests)).not.toContain("q-sign");
  });

  test("reports completed uploads in parts and deletions, and nothing that did not happen", async () => {
    const { sdk, events } = await start(SHOW, [
      { type: "cos", event: "cos:ObjectCreated:*" },
      { type: "cos", event: "cos:ObjectRemove:*" },
    ]);
    const { UploadId } = await sdk.multipartInit({ ...AT, Key: "parts" });
    const { ETag } = await sdk.multipartUpload({ ...AT, Key: "parts", UploadId, PartNumber: 1, Body: "x" });
    await sdk.multipartComplete({ ...AT, Key: "parts", UploadId, Parts: [{ PartNumber: 1, ETag }] });
    await sdk.deleteObject({ ...AT, Key: "parts" });
    await sdk.deleteObject({ ...AT, Key: "never-there" });
    const wrong = createHash("md5").update("other").digest("base64");
    const refused = { ...AT, Key: "refused", Body: "x", Headers: { "Content-MD5": wrong } };
    await expect(sdk.putObject(refused)).rejects.toMatchObject({ code: "BadDigest" });
    await sdk.putBucketVersioning({ ...AT, VersioningConfiguration: { Status: "Enabled" } });
    await sdk.putObject({ ...AT, Key: "versioned", Body: "x" });
    await sdk.deleteObject({ ...AT, Key: "versioned" });
    const expected = [
      "cos:ObjectCreated:CompleteMultipartUpload /1250000000/uploads/parts",
      "cos:ObjectCreated:Put /1250000000/uploads/versioned",
      "cos:ObjectRemove:Delete /1250000000/uploads/parts",
      "cos:ObjectRemove:DeleteMarkerCreated /1250000000/uploads/versioned",
    ];
    await expect.poll(() => named(events())).toEqual(expected);
    await sleep(AWHILE_MS);
    expect(named(events())).toEqual(expected);
  });

  test("fires for its own event, prefix, suffix and bucket only", async () => {
    const { sdk, events } = await start(SHOW, [
      { type: "cos", event: "cos:ObjectCreated:Put", prefix: "in/", suffix: ".jpg" },
      {
        type: "cos",
        event: "cos:ObjectRemove:Delete",
        bucket: { name: "b-1250000000", region: "ap-beijing" },
      },
    ]);
    for (const Key of ["in/a.png", "out/a.jpg", "in/a.jpg"]) await sdk.putObject({ ...AT, Key, Body: "x" });
    await sdk.deleteObject({ ...AT, Key: "in/a.jpg" });
    await expect.poll(() => events()).toHaveLength(1);
    await sleep(AWHILE_MS);
    expect(named(events())).toEqual(["cos:ObjectCreated:Put /1250000000/uploads/in/a.jpg"]);
  });

  test("retries a failing function twice, a minute apart by the emulator's clock", async () => {
    const { emulator, sdk, lines } = await start(FAIL, [{ type: "cos", event: "cos:ObjectCreated:*" }]);
    const count = () => eventsIn(lines, "told").length;
    expect((await sdk.putObject({ ...AT, Key: "a", Body: "x" })).statusCode).toBe(200);
    await expect.poll(() => lines.join("\n")).toContain("attempt 1 at an event failed with 430");
    // It also runs on by itself.
    emulator.clock.advance(30_000);
    await sleep(AWHILE_MS);
    expect(count()).toBe(1);
    emulator.clock.advance(31_000);
    await expect.poll(() => lines.join("\n")).toContain("attempt 2");
    emulator.clock.advance(61_000);
    await expect
      .poll(() => lines.join("\n"))
      .toContain("attempt 3 at an event failed with 430; it will not be retried");
    emulator.clock.advance(3_600_000);
    await sleep(AWHILE_MS);
    expect(count()).toBe(3);
  });

  test("never logs the Authorization that it passes on", async () => {
    const { sdk, lines } = await start(FAIL, [{ type: "cos", event: "cos:ObjectCreated:*" }], {
      retrySeconds: 0,
    });
    await sdk.putObject({ ...AT, Key: "a", Body: "x" });
    await expect.poll(() => lines.join("\n")).toContain("it will not be retried");
    expect(lines.join("\n")).not.toMatch(/q-sign|q-ak|q-signature/);
  });

  test("drops pending events when the emulator is reset", async () => {
    const { emulator, sdk, lines } = await start(FAIL, [{ type: "cos", event: "cos:ObjectCreated:*" }]);
    await sdk.putObject({ ...AT, Key: "a", Body: "x" });
    await expect.poll(() => lines.join("\n")).toContain("retried in");
    await emulator.reset();
    emulator.clock.advance(120_000);
    await sleep(AWHILE_MS);
    expect(eventsIn(lines, "told")).toHaveLength(1);
  });

  describe("reports the restoration of an archived object", () => {
    const Key = "a.zip";
    const completed = (events: readonly Shown[]) =>
      named(events).filter((name) => name.includes("Completed"));
    async function startRestoring(options: Partial<EmulatorOptions> = {}) {
      const started = await start(
        SHOW,
        [
          { type: "cos", event: "cos:ObjectRestore:Post" },
          { type: "cos", event: "cos:ObjectRestore:Completed" },
        ],
        options,
      );
      await started.sdk.putObject({ ...AT, Key, Body: "hello", StorageClass: "ARCHIVE" });
      const RestoreRequest = { Days: 1, CASJobParameters: { Tier: "Expedited" as const } };
      await started.sdk.restoreObject({ ...AT, Key, RestoreRequest });
      return started;
    }

    test("once it is done, by the emulator's clock, and not before", async () => {
      const { emulator, sdk, events } = await startRestoring();
      await expect.poll(() => named(events())[0]).toContain("cos:ObjectRestore:Post");
      emulator.clock.advance(4 * 60_000);
      await sleep(AWHILE_MS);
      expect(events()).toHaveLength(1);
      emulator.clock.advance(60_000);
      await expect.poll(() => completed(events())).toHaveLength(1);
      const [told] = events().filter(({ event }) => event.eventName === "cos:ObjectRestore:Completed");
      expect(told?.cos.cosObject).toMatchObject({ key: `/1250000000/uploads/${Key}`, size: 5 });
      expect((await sdk.headObject({ ...AT, Key })).headers?.["x-cos-restore"]).toContain('"false"');
      emulator.clock.advance(86_400_000);
      await sleep(AWHILE_MS);
      expect(completed(events())).toHaveLength(1);
    });

    test("but not of one that was replaced meanwhile, nor after a reset", async () => {
      const { emulator, sdk, events } = await startRestoring();
      await sdk.putObject({ ...AT, Key, Body: "other", StorageClass: "ARCHIVE" });
      emulator.clock.advance(600_000);
      await sleep(AWHILE_MS);
      expect(completed(events())).toEqual([]);
      const again = await startRestoring();
      await again.emulator.reset();
      again.emulator.clock.advance(600_000);
      await sleep(AWHILE_MS);
      expect(completed(again.events())).toEqual([]);
    });

    test("even after a restart of the emulator", async () => {
      const dataDirectory = await temporaryFolder();
      const { emulator } = await startRestoring({ dataDirectory });
      await emulator.close();
      const again = await start(SHOW, [{ type: "cos", event: "cos:ObjectRestore:Completed" }], {
        dataDirectory,
      });
      again.emulator.clock.advance(600_000);
      await expect.poll(() => completed(again.events())).toHaveLength(1);
    });
  });

  test("for an unknown event is refused at the start", async () => {
    const begun = start(SHOW, [{ type: "cos", event: "cos:ObjectCreated:Upload" }]);
    await expect(begun).rejects.toThrow(/"cos:ObjectCreated:Upload" is not a COS event/);
  });
});

test("a trigger created through SCF's API calls the deployed function until it is deleted", async () => {
  const { emulator, sdk, lines } = await start(SHOW, []);
  const client = new scf.v20180416.Client({
    credential: { secretId: emulator.account.secretId, secretKey: emulator.account.secretKey },
    region: "ap-guangzhou",
    profile: { httpProfile: { protocol: "http://", endpoint: new URL(emulator.scfEndpoint).host } },
  });
  const FunctionName = "deployed";
  const trigger = {
    FunctionName,
    TriggerName: "uploads-1250000000.cos.ap-guangzhou.myqcloud.com",
    Type: "cos",
    TriggerDesc: JSON.stringify({ event: "cos:ObjectCreated:*", filter: { Prefix: "in/", Suffix: "" } }),
  };
  await client.CreateFunction({
    FunctionName,
    Runtime: "Nodejs20.19",
    Code: { ZipFile: zipOf({ "index.js": SHOW }) },
  });
  emulator.clock.advance(1000);
  await client.CreateTrigger({ ...trigger, Qualifier: "$DEFAULT", Enable: "OPEN" });
  await sdk.putObject({ ...AT, Key: "in/a", Body: "x" });
  await sdk.putObject({ ...AT, Key: "out/a", Body: "x" });
  await expect.poll(() => eventsIn(lines, FunctionName)).toHaveLength(1);
  const [shown] = eventsIn(lines, FunctionName);
  expect(shown?.event["eventQueue"]).toBe(
    "qcs:0:scf:ap-guangzhou:appid/1250000000:default.deployed.$DEFAULT",
  );
  await client.DeleteTrigger(trigger);
  await sdk.putObject({ ...AT, Key: "in/b", Body: "x" });
  await sleep(AWHILE_MS);
  expect(eventsIn(lines, FunctionName)).toHaveLength(1);
});
