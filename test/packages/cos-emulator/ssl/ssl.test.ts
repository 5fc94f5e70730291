import { X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { issue } from "../../../support/certificates.ts";
import { DEPLOY_MS, HOST, useAccountApis } from "../account-apis.ts";

const apis = useAccountApis();

function ssl(action: string, parameters: object, region?: string) {
  return apis.call("ssl", action, parameters, undefined, region);
}

function settled(): void {
  apis.emulator.clock.advance(DEPLOY_MS);
}

async function certificate(id: string): Promise<Record<string, unknown>> {
  const { body } = await ssl("DescribeCertificates", { CertIds: [id] });
  return Object(Object(body["Certificates"])[0]);
}

async function onCdn(id: string): Promise<void> {
  const Https = { Switch: "on", CertInfo: { CertId: id } };
  expect(await apis.call("cdn", "UpdateDomainConfig", { Domain: HOST, Https })).toMatchObject({
    code: undefined,
  });
  settled();
}

describe("a free certificate", () => {
  test("is issued after a while through DNSPod, by the emulated public authority", async () => {
    const { body } = await ssl("ApplyCertificate", { DvAuthMethod: "DNS_AUTO", DomainName: HOST });
    const id = String(body["CertificateId"]);
    expect(await certificate(id)).toMatchObject({ Status: 4, CertEndTime: null, Deployable: false });
    settled();
    expect(await certificate(id)).toMatchObject({
      Status: 1,
      Domain: HOST,
      From: "trustasia",
      Deployable: true,
    });
    const detail = await ssl("DescribeCertificateDetail", { CertificateId: id });
    const leaf = new X509Certificate(String(detail.body["CertificatePublicKey"]));
    expect(leaf.checkHost(HOST)).toBe(HOST);
    expect(Math.round((Date.parse(leaf.validTo) - Date.now()) / 86_400_000)).toBe(90);
  });

  test("is issued only once somebody sets its record in the DNS, without DNSPod", async () => {
    const { body } = await ssl("ApplyCertificate", { DvAuthMethod: "DNS", DomainName: HOST });
    const id = String(body["CertificateId"]);
    settled();
    expect(await certificate(id)).toMatchObject({ Status: 0 });
    const detail = await ssl("DescribeCertificate", { CertificateId: id });
    const [record] = Object(detail.body["DvAuthDetail"]).DvAuths;
    expect(record).toMatchObject({ DvAuthVerifyType: "TXT", DvAuthKey: `_dnsauth.${HOST}` });
    apis.places.zone.set(record.DvAuthKey, { txt: [record.DvAuthValue] });
    expect(await certificate(id)).toMatchObject({ Status: 1 });
  });

  test.each<[string, object, string]>([
    [
      "for a wildcard",
      { DvAuthMethod: "DNS_AUTO", DomainName: "*.example.test" },
      "FailedOperation.InvalidParam",
    ],
    [
      "whose zone is not in DNSPod",
      { DvAuthMethod: "DNS_AUTO", DomainName: "a.example.org" },
      "FailedOperation.InvalidParam",
    ],
    ["without a name", { DvAuthMethod: "DNS" }, "MissingParameter"],
    ["for a number", { DvAuthMethod: "DNS", DomainName: 7 }, "InvalidParameter"],
    [
      "for a year",
      { DvAuthMethod: "DNS", DomainName: HOST, ValidityPeriod: "12" },
      "FailedOperation.InvalidParam",
    ],
    [
      "in place of a missing one",
      { DvAuthMethod: "DNS", DomainName: HOST, OldCertificateId: "AbCd1234" },
      "FailedOperation.CertificateNotFound",
    ],
  ])("%s is refused", async (_, parameters, code) => {
    expect(await ssl("ApplyCertificate", parameters)).toMatchObject({ code });
  });

  test("in place of one with more than 30 days left is refused; otherwise it refers to the old one", async () => {
    const young = await apis.upload({ names: [HOST], toDays: 31 });
    const old = await apis.upload({ names: [HOST], toDays: 29 });
    const of = (OldCertificateId: string) =>
      ssl("ApplyCertificate", { DvAuthMethod: "DNS_AUTO", DomainName: HOST, OldCertificateId });
    expect(await of(young)).toMatchObject({ code: "FailedOperation.CertificateNotAvailable" });
    const { body } = await of(old);
    expect(await certificate(String(body["CertificateId"]))).toMatchObject({
      CertificateExtra: { OriginCertificateId: old },
    });
    expect(await certificate(old)).toMatchObject({ HasRenewOrder: body["CertificateId"] });
  });
});

// The parameters of the API's own pages that the emulator lacks, such as https://cloud.tencent.com/document/api/400/41671
test.each([
  ["DescribeCertificates", { Tags: [] }],
  ["UploadCertificate", { KeyPassword: "x" }],
  ["ApplyCertificate", { CsrEncryptAlgo: "ECC" }],
  ["UpdateCertificateInstance", { CertificatePublicKey: "x" }],
  ["DeployCertificateInstance", { Status: 1 }],
  ["DescribeCertificateBindResourceTaskDetail", { ResourceTypes: ["cdn"] }],
])("%s names a parameter that it does not emulate", async (action, parameters) => {
  expect(await ssl(action, parameters)).toMatchObject({ code: "UnsupportedOperation" });
});

// InvalidParameter is also the code of a wrong type (https://cloud.tencent.com/document/api/1527/89588).
test.each([
  ["DescribeCertificates", { CertIds: [1] }, "InvalidParameter"],
  ["DescribeCertificates", { CertificateStatus: ["1"] }, "InvalidParameter"],
  [
    "ApplyCertificate",
    { DvAuthMethod: "DNS", DomainName: HOST, DeleteDnsAutoRecord: "no" },
    "InvalidParameter",
  ],
  ["ApplyCertificate", { DvAuthMethod: "DNS", DomainName: HOST, ContactEmail: 1 }, "InvalidParameter"],
  ["CreateCertificateBindResourceSyncTask", { IsCache: 0 }, "MissingParameter"],
  ["CreateCertificateBindResourceSyncTask", { CertificateIds: [1], IsCache: 0 }, "InvalidParameter"],
  ["CreateCertificateBindResourceSyncTask", { CertificateIds: [], IsCache: "0" }, "InvalidParameter"],
])("%s refuses a missing value and one of a wrong type: %o", async (action, parameters, code) => {
  expect(await ssl(action, parameters)).toMatchObject({ code });
});

test("the account has no clients' certificates", async () => {
  await apis.upload();
  const { body } = await ssl("DescribeCertificates", { CertificateType: "CA" });
  expect(body).toMatchObject({ TotalCount: 0, Certificates: [] });
});

describe("UploadCertificate", () => {
  test("answers with the existing id if the same certificate is not to be repeated", async () => {
    const { pem, keyPem } = await apis.authority.server({ names: [HOST] });
    const pair = { CertificatePublicKey: pem, CertificatePrivateKey: keyPem };
    const first = await ssl("UploadCertificate", pair);
    const again = await ssl("UploadCertificate", { ...pair, Repeatable: false });
    expect(again.body).toMatchObject({ CertificateId: "", RepeatCertId: first.body["CertificateId"] });
    const twice = await ssl("UploadCertificate", pair);
    expect(twice.body["CertificateId"]).not.toBe(first.body["CertificateId"]);
  });

  test("refuses an invalid certificate, or one with another's key", async () => {
    const { pem } = await apis.authority.server({ names: [HOST] });
    const { keyPem } = await issue();
    expect(
      await ssl("UploadCertificate", { CertificatePublicKey: "x", CertificatePrivateKey: keyPem }),
    ).toMatchObject({ code: "FailedOperation.CertificateParseError" });
    expect(
      await ssl("UploadCertificate", { CertificatePublicKey: pem, CertificatePrivateKey: keyPem }),
    ).toMatchObject({ code: "FailedOperation.CertificateMismatch" });
  });
});

describe("replacing one certificate by another", () => {
  test("covers everything that uses the old one, after a while", async () => {
    const [old, young] = [await apis.upload(), await apis.upload({ names: [HOST], toDays: 80 })];
    await onCdn(old);
    const change = { OldCertificateId: old, CertificateId: young, ResourceTypes: ["cdn", "teo"] };
    expect((await ssl("UpdateCertificateInstance", change)).body).toMatchObject({ DeployRecordId: 0 });
    settled();
    const { body } = await ssl("UpdateCertificateInstance", change);
    expect(body["DeployRecordId"]).toBeGreaterThan(0);
    const progress = () =>
      ssl("DescribeHostUpdateRecordDetail", { DeployRecordId: String(body["DeployRecordId"]) });
    expect((await progress()).body).toMatchObject({ TotalCount: 1, RunningTotalCount: 1 });
    expect((await ssl("UpdateCertificateInstance", change)).body).toMatchObject({
      DeployStatus: 0,
      DeployRecordId: body["DeployRecordId"],
    });
    settled();
    expect((await progress()).body).toMatchObject({ SuccessTotalCount: 1, RunningTotalCount: 0 });
    const { body: found } = await apis.call("cdn", "DescribeDomainsConfig", {
      Filters: [{ Name: "domain", Value: [HOST] }],
    });
    expect(Object(found["Domains"])[0].Https.CertInfo.CertId).toBe(young);
    expect(await ssl("UpdateCertificateInstance", change)).toMatchObject({
      code: "FailedOperation.CertificateDeployInstanceEmpty",
    });
  });

  test.each<[string, (old: string) => object, string]>([
    [
      "by one that has not been issued",
      (old) => ({ OldCertificateId: old, CertificateId: "pending", ResourceTypes: ["cdn"] }),
      "FailedOperation.CertificateNotAvailable",
    ],
    [
      "on an unknown kind of resource",
      (old) => ({ OldCertificateId: old, CertificateId: old, ResourceTypes: ["moon"] }),
      "FailedOperation.CertificateHostResourceTypeInvalid",
    ],
    [
      "on buckets without their regions",
      (old) => ({ OldCertificateId: old, CertificateId: old, ResourceTypes: ["cos"] }),
      "MissingParameter",
    ],
    [
      "on nothing",
      (old) => ({ OldCertificateId: old, CertificateId: old, ResourceTypes: [] }),
      "MissingParameter",
    ],
  ])("%s is refused", async (_, parameters, code) => {
    const old = await apis.upload();
    const { body } = await ssl("ApplyCertificate", { DvAuthMethod: "DNS_AUTO", DomainName: HOST });
    const given = JSON.parse(
      JSON.stringify(parameters(old)).replace("pending", String(body["CertificateId"])),
    );
    expect(await ssl("UpdateCertificateInstance", given)).toMatchObject({ code });
  });

  // The shape of the answer: https://cloud.tencent.com/document/product/400/91658
  test("on one domain, by DeployCertificateInstance, has its progress in one list", async () => {
    const [old, young] = [await apis.upload(), await apis.upload({ names: [HOST], toDays: 80 })];
    await onCdn(old);
    const { body } = await ssl("DeployCertificateInstance", {
      CertificateId: young,
      ResourceType: "cdn",
      InstanceIdList: [`${HOST}|on`],
    });
    settled();
    const DeployRecordId = String(body["DeployRecordId"]);
    const progress = (page: object) => ssl("DescribeHostDeployRecordDetail", { DeployRecordId, ...page });
    const item = { CertId: young, Domains: [HOST], Status: 1 };
    expect((await progress({ Limit: 200 })).body).toMatchObject({
      TotalCount: 1,
      SuccessTotalCount: 1,
      DeployRecordDetailList: [item],
    });
    expect((await progress({ Offset: 1 })).body).toMatchObject({ TotalCount: 1, DeployRecordDetailList: [] });
    expect(await progress({ Limit: "200" })).toMatchObject({ code: "InvalidParameter" });
  });

  test("on one bucket's domain, by DeployCertificateInstance, needs the region", async () => {
    const id = await apis.upload();
    const parameters = { CertificateId: id, ResourceType: "cos", InstanceIdList: ["ap-guangzhou|no|such"] };
    expect(await ssl("DeployCertificateInstance", parameters)).toMatchObject({ code: "MissingParameter" });
    expect(await ssl("DeployCertificateInstance", parameters, "ap-guangzhou")).toMatchObject({
      code: "FailedOperation.CertificateNotDeployInstance",
    });
  });
});

test("the uses of a certificate are reported after a moment", async () => {
  const id = await apis.upload();
  await onCdn(id);
  const { body } = await ssl("CreateCertificateBindResourceSyncTask", { CertificateIds: [id], IsCache: 0 });
  const [{ TaskId }] = Object(body["CertTaskIds"]);
  const look = () => ssl("DescribeCertificateBindResourceTaskDetail", { TaskId });
  expect((await look()).body).toEqual({ Status: 0, RequestId: expect.any(String) });
  settled();
  expect((await look()).body).toMatchObject({
    Status: 1,
    CDN: [{ InstanceList: [{ Domain: HOST, CertId: id }], TotalCount: 1 }],
    COS: [{ InstanceList: [], TotalCount: 0 }],
  });
  expect(
    await ssl("CreateCertificateBindResourceSyncTask", { CertificateIds: Array(101).fill(id), IsCache: 0 }),
  ).toMatchObject({ code: "InvalidParameter" });
  expect(await ssl("DescribeCertificateBindResourceTaskDetail", { TaskId: "x" })).toMatchObject({
    code: "FailedOperation.CertificateSyncTaskIdInvalid",
  });
});
