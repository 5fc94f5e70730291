import { expect, test } from "vitest";
import storage from "../../deploy/storage.ts";
import { failure, startDeployment } from "../packages/scf-component/support.ts";

const BUCKET = { COS_BUCKET: "uploads-1250000000", COS_REGION: "ap-guangzhou" };

test("clients upload to the bucket's own host and read from it", () => {
  const host = "uploads-1250000000.cos.ap-guangzhou.myqcloud.com";
  expect(storage([{ WX_APPID: "wx1" }, BUCKET])).toEqual({
    appId: "1250000000",
    upload: [host],
    download: [host],
  });
});

test("a custom domain replaces the bucket's host, whichever function sets it", () => {
  const environments = [
    { ...BUCKET, COS_DOMAIN: "up.example.com" },
    { ...BUCKET, COS_DOMAIN: "up.example.com", DOWNLOAD_DOMAIN: "down.example.com" },
  ];
  expect(storage(environments)).toMatchObject({ upload: ["up.example.com"], download: ["down.example.com"] });
});

test("functions without a bucket have no hosts", () => {
  expect(storage([{}])).toEqual({ upload: [], download: [] });
});

test("a deployment prints the hosts as origins for WeChat's domain lists", async () => {
  const deployment = await startDeployment();
  deployment.useModule("storage", new URL("../../deploy/storage.ts", import.meta.url));
  deployment.env = { ...BUCKET, COS_DOMAIN: "up.example.com", DOWNLOAD_DOMAIN: "down.example.com" };
  deployment.props["functions"] = { one: { environment: Object.keys(deployment.env) } };
  const { weChatDomains } = await deployment.deploy();
  expect(weChatDomains).toMatchObject({
    request: expect.stringMatching(/;https:\/\/up\.example\.com$/),
    uploadFile: "https://up.example.com",
    downloadFile: "https://down.example.com",
  });
});

test("an invalid host is reported in the project's own words", async () => {
  const deployment = await startDeployment();
  deployment.useModule("storage", new URL("../../deploy/storage.ts", import.meta.url));
  deployment.env = { ...BUCKET, COS_DOMAIN: "https://up.example.com" };
  deployment.props["functions"] = { one: { environment: Object.keys(deployment.env) } };
  expect(await failure(deployment.deploy())).toMatch(/^COS_DOMAIN must be /);
});

test("an invalid answer from the module is refused under the prop's name", async () => {
  const deployment = await startDeployment();
  await deployment.useStorage({ upload: "up.example.com" });
  expect(await failure(deployment.deploy())).toMatch(
    /^storage .*storage\.cjs must return upload and download/,
  );
});
