import { describe, expect, test } from "vitest";
import { cnameTarget } from "../../../packages/scf-component/src/custom-domain.ts";
import { NEW } from "../cos-emulator/scf/api/support.ts";
import { failure, startDeployment } from "./support.ts";

const DOMAIN = "api.example.com";

async function startWithDomain(options: Parameters<typeof startDeployment>[0] = {}) {
  const deployment = await startDeployment(options);
  deployment.props["customDomain"] = { domain: DOMAIN, certificateId: "cert1234" };
  return deployment;
}

function route(PathMatch: string, FunctionName: string) {
  return { Namespace: "default", FunctionName, Qualifier: "$LATEST", PathMatch };
}

describe("a custom domain", () => {
  test("routes to every function by its path, over HTTPS only", async () => {
    const deployment = await startWithDomain();
    const { urls, weChatDomains, "config.ts": config } = await deployment.deploy();
    expect(config).toBe(`export const ENDPOINT = "https://${DOMAIN}";`);
    expect(urls).toEqual({ one: `https://${DOMAIN}/one`, two: `https://${DOMAIN}/two` });
    expect(weChatDomains.request).toBe(`https://${DOMAIN}`);
    expect(await deployment.client.GetCustomDomain({ Domain: DOMAIN })).toMatchObject({
      Protocol: "HTTPS",
      CertConfig: { CertificateId: "cert1234" },
      EndpointsConfig: [route("/one", "one"), route("/two", "two")],
    });
    expect(await deployment.plan()).toContain(`${DOMAIN}: unchanged`);
    expect(await deployment.writesSince(deployment.deploy)).toEqual([]);
  });

  test("also routes what is under a function's path, where the function answers there", async () => {
    const deployment = await startWithDomain();
    deployment.props["functions"] = {
      one: { environment: ["GREETING"], subpaths: true },
      two: { environment: ["GREETING"] },
    };
    await deployment.deploy();
    expect(await deployment.client.GetCustomDomain({ Domain: DOMAIN })).toMatchObject({
      EndpointsConfig: [route("/one", "one"), route("/one/*", "one"), route("/two", "two")],
    });
    expect(await deployment.plan()).toContain(`${DOMAIN}: unchanged`);
  });

  test("that waits for its DNS record is created once SCF sees the record", async () => {
    let looks = 0;
    const deployment = await startWithDomain({
      hasCname: () => {
        looks += 1;
        return looks > 5;
      },
    });
    await deployment.useStorage({ appId: "1250000000", upload: [], download: [] });
    await deployment.deploy();
    expect(deployment.said).toContain(
      `${DOMAIN}: add the DNS record CNAME 1250000000.ap-guangzhou.tencentscf.com; waiting for SCF to see it`,
    );
  });

  test("whose DNS record never appears ends at its deadline, and the next run continues", async () => {
    let isSeen = false;
    const deployment = await startWithDomain({ hasCname: () => isSeen });
    expect(await failure(deployment.deploy())).toMatch(
      /^api\.example\.com is still without its DNS record CNAME \S+\.ap-guangzhou\.tencentscf\.com after 20 s: run this again/,
    );
    isSeen = true;
    expect(await deployment.writesSince(deployment.deploy)).toEqual([`CreateCustomDomain ${DOMAIN}`]);
  });

  test("keeps other people's paths", async () => {
    const deployment = await startWithDomain();
    await deployment.client.CreateFunction({ ...NEW, FunctionName: "other" });
    const settings = { Domain: DOMAIN, Protocol: "HTTP", EndpointsConfig: [route("/other", "other")] };
    await deployment.client.CreateCustomDomain(settings);
    deployment.pass();
    expect(await deployment.plan()).toContain(
      `${DOMAIN}: update: protocol HTTP to HTTPS certificate /one /two`,
    );
    await deployment.deploy();
    const paths = async () =>
      (await deployment.client.GetCustomDomain({ Domain: DOMAIN })).EndpointsConfig?.map(
        ({ PathMatch }) => PathMatch,
      );
    expect(await paths()).toEqual(["/other", "/one", "/two"]);
    await deployment.remove("-y");
    expect(await paths()).toEqual(["/other"]);
  });

  test("is found on a later page of the list", async () => {
    const deployment = await startWithDomain();
    await deployment.deploy();
    for (let index = 0; index < 30; index += 1) {
      const settings = { Protocol: "HTTP", EndpointsConfig: [route("/one", "one")] };
      await deployment.client.CreateCustomDomain({ Domain: `n${index}.example.com`, ...settings });
    }
    await deployment.client.DeleteCustomDomain({ Domain: DOMAIN });
    await deployment.deploy();
    expect(await deployment.writesSince(deployment.deploy)).toEqual([]);
  });

  test("is updated with a new certificate", async () => {
    const deployment = await startWithDomain();
    await deployment.deploy();
    deployment.props["customDomain"] = { domain: DOMAIN, certificateId: "cert5678" };
    expect(await deployment.plan()).toContain(`${DOMAIN}: update: certificate`);
    expect(await deployment.writesSince(deployment.deploy)).toEqual([`UpdateCustomDomain ${DOMAIN}`]);
  });

  test("without a certificate is refused before anything is changed", async () => {
    const deployment = await startDeployment();
    deployment.props["customDomain"] = { domain: DOMAIN, certificateId: "" };
    expect(() => deployment.project()).toThrow(
      /^Nothing was changed\. s\.yaml: customDomain\.certificateId is not set; a custom domain needs/,
    );
  });
});

test("the CNAME's target is the Function URL's host without its own first label", () => {
  const target = cnameTarget("https://1419114191-k51nqyutmf.ap-guangzhou.tencentscf.com", "1", "ap-beijing");
  expect(target).toBe("1419114191.ap-guangzhou.tencentscf.com");
  expect(cnameTarget("http://127.0.0.1:4000", "1250000000", "ap-beijing")).toBe(
    "1250000000.ap-beijing.tencentscf.com",
  );
});
