import { describe, expect, test } from "vitest";
import { trustAnchors } from "../../../packages/tls-check/src/index.ts";
import type { BucketConfig } from "../../../shared/config.ts";
import { checkRegion, type HostIn, ownHost } from "../../../tools/doctor/storage/check-region.ts";
import type { Network } from "../../../tools/lib/network.ts";
import { issue } from "../../support/certificates.ts";
import { freePort } from "../../support/free-port.ts";
import { serveTls } from "./support.ts";

const bucket: BucketConfig = {
  bucket: "uploads-1250000000",
  appId: "1250000000",
  region: "ap-beijing",
  host: "files.example.com",
};
const key = { secretId: "AKIDregion", secretKey: "none" };

/** A COS that has the bucket in one region, or nowhere; it answers HEAD without a body, as COS does. */
async function cosWith(answers: Readonly<Record<string, (signed: boolean) => Answer>>) {
  const certificate = await issue({ names: ["127.0.0.1"] });
  const network: Network = {
    anchors: trustAnchors([certificate.pem]),
    timeoutMs: 60_000,
    addresses: new Map(),
  };
  const serve = (answer: (signed: boolean) => Answer) =>
    serveTls({ key: certificate.keyPem, cert: certificate.pem }, (request, response) => {
      const { status, region } = answer(Object(request).headers.authorization !== undefined);
      if (region !== undefined) response.setHeader("x-cos-bucket-region", region);
      response.writeHead(status).end();
    });
  const nowhere = await serve(() => ({ status: 404 }));
  const ports = new Map<string, number>();
  for (const [region, answer] of Object.entries(answers)) ports.set(region, await serve(answer));
  const hostIn: HostIn = (region) => `127.0.0.1:${ports.get(region) ?? nowhere}`;
  return { network, hostIn };
}

interface Answer {
  readonly status: number;
  readonly region?: string;
}

const check = async (answers: Parameters<typeof cosWith>[0], signedBy: typeof key | undefined = key) => {
  const { network, hostIn } = await cosWith(answers);
  // In COS every region has its own name; here, regions without a bucket share one, apart from COS_REGION's.
  return await checkRegion(bucket, signedBy, 1_800_000_000, network, hostIn);
};

describe("the bucket", () => {
  test.each([
    ["says its region", { status: 200, region: "ap-beijing" }],
    ["refuses the key", { status: 403 }],
  ])("is in COS_REGION if COS %s", async (_, answer) => {
    expect(await check({ "ap-beijing": () => answer })).toMatchObject({ status: "pass" });
  });

  test("is requested without a signature if there is no key, as in keyless mode", async () => {
    const answers = { "ap-beijing": (signed: boolean) => ({ status: signed ? 500 : 403 }) };
    const { network, hostIn } = await cosWith(answers);
    expect(await checkRegion(bucket, undefined, 1_800_000_000, network, hostIn)).toMatchObject({
      status: "pass",
    });
  });

  test.each([
    [
      "exists in another region",
      { "ap-beijing": () => ({ status: 404 }), "ap-shanghai": () => ({ status: 403 }) },
    ],
    ["answers from another region", { "ap-beijing": () => ({ status: 301, region: "ap-shanghai" }) }],
    ["says another region", { "ap-beijing": () => ({ status: 200, region: "ap-shanghai" }) }],
  ])("%s, which is named", async (_, answers: Parameters<typeof cosWith>[0]) => {
    expect(await check(answers)).toMatchObject({
      status: "fail",
      detail: "uploads-1250000000 is in ap-shanghai, but COS_REGION is ap-beijing.",
      fix: "Set COS_REGION=ap-shanghai.",
    });
  });

  test("is nowhere", async () => {
    expect(await check({ "ap-beijing": () => ({ status: 404 }) })).toMatchObject({
      status: "fail",
      fix: expect.stringContaining("COS_BUCKET"),
    });
  });

  test("cannot be asked", async () => {
    const { network } = await cosWith({});
    const port = await freePort();
    expect(await checkRegion(bucket, key, 1_800_000_000, network, () => `127.0.0.1:${port}`)).toMatchObject({
      status: "blocked",
    });
  });
});

test("a custom domain may be a CDN's, so the bucket is asked by its own name; an emulator has only one", () => {
  expect(ownHost(bucket)("ap-shanghai")).toBe("uploads-1250000000.cos.ap-shanghai.myqcloud.com");
  expect(ownHost({ ...bucket, host: "127.0.0.1:9000" })("ap-shanghai")).toBe("127.0.0.1:9000");
});
