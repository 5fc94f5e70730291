import { describe, expect, test } from "vitest";
import { DEPLOY_MS, HOST, useAccountApis } from "../account-apis.ts";

const apis = useAccountApis();

async function domain(): Promise<Record<string, unknown>> {
  const { body } = await apis.call("cdn", "DescribeDomainsConfig", {
    Filters: [{ Name: "domain", Value: [HOST] }],
  });
  return Object(Object(body["Domains"])[0]);
}

/**
 * Waits until no change is in progress. The SDK signs by the machine's clock, from which the cloud's may be 5 minutes
 * ahead.
 */
function settled(): void {
  apis.emulator.clock.advance(DEPLOY_MS);
}

function update(parameters: object) {
  return apis.call("cdn", "UpdateDomainConfig", { Domain: HOST, ...parameters });
}

describe("a change", () => {
  test("is in progress, and then deployed, by the emulator's clock", async () => {
    const id = await apis.upload();
    expect(await domain()).toMatchObject({ Status: "online", Https: { Switch: "off", SslStatus: "closed" } });
    expect(await update({ Https: { Switch: "on", CertInfo: { CertId: id } } })).toMatchObject({
      code: undefined,
    });
    expect(await domain()).toMatchObject({
      Status: "processing",
      Https: { Switch: "on", SslStatus: "deploying", CertInfo: { CertId: id } },
    });
    settled();
    expect(await domain()).toMatchObject({ Status: "online", Https: { SslStatus: "deployed" } });
  });

  test("of one part leaves the others alone and replaces all of its own", async () => {
    const id = await apis.upload();
    await update({ Https: { Switch: "on", Http2: "on", CertInfo: { CertId: id } } });
    settled();
    await update({ ForceRedirect: { Switch: "on", RedirectType: "https", RedirectStatusCode: 301 } });
    expect(await domain()).toMatchObject({
      Https: { Switch: "on", Http2: "on" },
      ForceRedirect: { Switch: "on", RedirectType: "https", RedirectStatusCode: 301 },
    });
    settled();
    await update({ Https: { Switch: "on", CertInfo: { CertId: id } } });
    expect(await domain()).toMatchObject({ Https: { Http2: "off" } });
  });

  test("is refused while another is in progress", async () => {
    await update({ ForceRedirect: { Switch: "off" } });
    expect(await update({ ForceRedirect: { Switch: "off" } })).toMatchObject({
      code: "ResourceInUse.CdnOpInProgress",
    });
  });

  test("accepts the answer sent back unchanged", async () => {
    const id = await apis.upload();
    await update({ Https: { Switch: "on", CertInfo: { CertId: id } } });
    settled();
    const { Https, ForceRedirect, Compression, ResponseHeader } = await domain();
    const { SslStatus, Spdy, ClientCertInfo, CertInfo, ...https } = Object(Https);
    expect(
      await update({
        Https: { ...https, CertInfo: { CertId: id } },
        ForceRedirect,
        Compression,
        ResponseHeader,
      }),
    ).toMatchObject({ code: undefined });
  });
});

test("accepts a max-age of a year, the longest that the console offers", async () => {
  const Https = { Switch: "off", Hsts: { Switch: "off", MaxAge: 31_536_000 } };
  expect(await update({ Https })).toMatchObject({ code: undefined });
});

describe("refuses with its own code:", () => {
  test.each<[string, object, string]>([
    ["HTTPS without a certificate", { Https: { Switch: "on" } }, "InvalidParameter.CdnCertNoCertInfo"],
    [
      "a certificate that the account does not have",
      { Https: { Switch: "on", CertInfo: { CertId: "AbCd1234" } } },
      "InvalidParameter.CdnCertInfoNotFound",
    ],
    [
      "an id that is not a text",
      { Https: { Switch: "on", CertInfo: { CertId: 7 } } },
      "InvalidParameter.CdnCertInfoNotFound",
    ],
    [
      "a certificate and key that are not PEM",
      { Https: { Switch: "on", CertInfo: { Certificate: "x", PrivateKey: "y" } } },
      "InvalidParameter.CdnCertNotPem",
    ],
    ["an invalid switch", { Https: { Switch: true } }, "InvalidParameter.CdnParamError"],
    [
      "HSTS without HTTPS",
      { Https: { Switch: "off", Hsts: { Switch: "on", MaxAge: 60 } } },
      "InvalidParameter.CdnParamError",
    ],
    [
      "a max-age that is a text",
      { Https: { Switch: "off", Hsts: { Switch: "off", MaxAge: "60" } } },
      "InvalidParameter.CdnParamError",
    ],
    [
      "a max-age of a second more than a year",
      { Https: { Switch: "off", Hsts: { Switch: "off", MaxAge: 31_536_001 } } },
      "InvalidParameter.CdnParamError",
    ],
    [
      "a status that is not a redirect",
      { ForceRedirect: { Switch: "on", RedirectType: "https", RedirectStatusCode: 200 } },
      "InvalidParameter.CdnParamError",
    ],
    ["compression without rules", { Compression: { Switch: "on" } }, "InvalidParameter.CdnParamError"],
    [
      "a header with a line feed",
      {
        ResponseHeader: {
          Switch: "on",
          HeaderRules: [
            { HeaderMode: "set", HeaderName: "X-A", HeaderValue: "a\nb", RuleType: "all", RulePaths: ["*"] },
          ],
        },
      },
      "InvalidParameter.CdnParamError",
    ],
    ["a part in the wrong type", { Https: "on" }, "InvalidParameter"],
    ["an unknown member", { Https: { Switch: "off", Colour: "red" } }, "UnknownParameter"],
    ["a part that is not emulated", { IpFilter: { Switch: "off" } }, "UnsupportedOperation"],
    ["a part that does not exist", { IpFilters: { Switch: "off" } }, "UnknownParameter"],
  ])("%s", async (_, parameters, code) => {
    expect(await update(parameters)).toMatchObject({ code });
    expect(await domain()).toMatchObject({ Status: "online" });
  });

  test("an unknown domain", async () => {
    expect(await apis.call("cdn", "UpdateDomainConfig", { Domain: "a.example.test" })).toMatchObject({
      code: "ResourceNotFound.CdnHostNotExists",
    });
  });

  test("a wrong key, and one with read-only rights", async () => {
    const { account } = apis.emulator;
    const wrong = { secretId: account.secretId, secretKey: "x".repeat(32) };
    expect(await apis.call("cdn", "DescribeDomainsConfig", {}, wrong)).toMatchObject({
      code: "AuthFailure.SignatureFailure",
    });
    const { tmpSecretId, tmpSecretKey, token } = apis.emulator.credentials.issue(
      [
        {
          version: "2.0",
          statements: [{ effect: "allow", actions: ["cdn:Describe*"], resources: ["*"], conditions: [] }],
        },
      ],
      600,
      Math.floor(Date.now() / 1000),
    );
    const reader = { secretId: tmpSecretId, secretKey: tmpSecretKey, token };
    expect(await apis.call("cdn", "DescribeDomainsConfig", {}, reader)).toMatchObject({ code: undefined });
    const change = { Domain: HOST, ForceRedirect: { Switch: "off" } };
    expect(await apis.call("cdn", "UpdateDomainConfig", change, reader)).toMatchObject({
      code: "UnauthorizedOperation.CdnCamUnauthorized",
    });
  });
});

test("DescribeCertDomains says which domains a certificate fits and which use it", async () => {
  const id = await apis.upload({ names: ["*.example.test"] });
  await update({ Https: { Switch: "on", CertInfo: { CertId: id } } });
  expect((await apis.call("cdn", "DescribeCertDomains", { CertId: id })).body).toMatchObject({
    Domains: [HOST, "static.example.test"],
    CertifiedDomains: [HOST],
  });
});
