import { X509Certificate } from "node:crypto";
import { Resolver } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as httpsRequest } from "node:https";
import { connect } from "node:tls";
import { expect, test } from "vitest";
import { sendAll } from "../../../support/send-all.ts";
import { DEPLOY_MS, HOST, useAccountApis } from "../account-apis.ts";

const apis = useAccountApis();

const BUCKET_HOST = "uploads-1250000000.cos.ap-guangzhou.myqcloud.com";

function edge(): { host: string; port: number } {
  const [host = "", port] = apis.places.edge.split(":");
  return { host, port: Number(port) };
}

async function withHttps(extra: object = {}): Promise<void> {
  const id = await apis.upload();
  await update({ Https: { Switch: "on", CertInfo: { CertId: id }, ...extra } });
}

async function update(parameters: object): Promise<void> {
  const { code } = await apis.call("cdn", "UpdateDomainConfig", { Domain: HOST, ...parameters });
  expect(code).toBeUndefined();
  apis.emulator.clock.advance(DEPLOY_MS);
}

/** The subject of the certificate presented for a name, or the error's code if there is none. */
function shown(servername: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ ...edge(), servername, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.subject ?? "");
      socket.destroy();
    });
    socket.on("error", (error) => resolve("code" in error ? String(error.code) : error.message));
  });
}

/** A GET over HTTPS, as a browser sends it. */
function getSecurely(path: string): Promise<{ status: number; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = httpsRequest(
      {
        ...edge(),
        servername: HOST,
        headers: { host: HOST },
        path,
        ca: apis.authority.root.pem,
        agent: false,
      },
      (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      },
    );
    sent.on("error", reject);
    sent.end();
  });
}

/** A GET over plain HTTP; fetch does not allow setting the Host header. */
function getPlainly(host: string, path: string): Promise<{ status: number; location: string | undefined }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ ...edge(), headers: { host }, path, agent: false }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, location: response.headers.location });
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("a name on the CDN presents its certificate once it is deployed, and refuses the handshake before", async () => {
  expect(await shown(HOST)).toBe("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE");
  const id = await apis.upload();
  await apis.call("cdn", "UpdateDomainConfig", {
    Domain: HOST,
    Https: { Switch: "on", CertInfo: { CertId: id } },
  });
  expect(await shown(HOST)).toBe("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE");
  apis.emulator.clock.advance(DEPLOY_MS);
  expect(await shown(HOST)).toBe("CN=test server");
  expect((await getSecurely("/no-such-object")).status).toBe(403);
});

test("a name that is not in the DNS, or leads elsewhere, is not served", async () => {
  await withHttps();
  expect(await shown("other.example.test")).toBe("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE");
  expect((await getPlainly("other.example.test", "/")).status).toBe(404);
  apis.places.zone.set(HOST, { cname: BUCKET_HOST });
  expect(await shown(HOST)).toBe("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE");
});

test("redirect, HSTS and headers are as configured", async () => {
  await withHttps({ Hsts: { Switch: "on", MaxAge: 60, IncludeSubDomains: "on" } });
  await update({ ForceRedirect: { Switch: "on", RedirectType: "https", RedirectStatusCode: 301 } });
  expect(await getPlainly(HOST, "/a/b?c=d")).toEqual({ status: 301, location: `https://${HOST}/a/b?c=d` });
  expect((await getSecurely("/")).headers["strict-transport-security"]).toBe("max-age=60; includeSubDomains");
});

test("an upload that COS refuses early is read to its end", async () => {
  expect(await sendAll(edge().port, "/a.bin", { Host: HOST }, Buffer.alloc(20 * 1024 ** 2))).toEqual([
    403, 403,
  ]);
});

test("HTTP/2 works where it is enabled", async () => {
  await withHttps({ Http2: "on" });
  const ca = apis.authority.root.pem;
  const session = connectHttp2(`https://${HOST}`, {
    createConnection: () => connect({ ...edge(), servername: HOST, ALPNProtocols: ["h2"], ca }),
  });
  const status = await new Promise((resolve, reject) => {
    session.on("error", reject);
    const stream = session.request({ ":path": "/no-such-object" });
    stream.on("response", (headers) => resolve(headers[":status"]));
    stream.resume().end();
  });
  session.close();
  expect(status).toBe(403);
});

test("the DNS knows the cloud's names and the records that are set", async () => {
  const resolver = new Resolver();
  resolver.setServers([apis.places.dnsServer]);
  expect(await resolver.resolveCname(HOST)).toEqual([`${HOST}.cdn.dnsv1.com`]);
  expect(await resolver.resolve4(HOST)).toEqual(["127.0.0.1"]);
  await expect(resolver.resolve4("other.example.test")).rejects.toMatchObject({ code: "ENOTFOUND" });
  apis.places.zone.set("_dnsauth.example.test", { txt: ["abc"] });
  expect(await resolver.resolveTxt("_dnsauth.example.test")).toEqual([["abc"]]);
  await expect(resolver.resolve4("_dnsauth.example.test")).rejects.toMatchObject({ code: "ENODATA" });
});

test("the public authority's certificate names example.com, and not qq.com", async () => {
  const pem = (await readFile(apis.places.caFile, "utf8")).match(
    /-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g,
  );
  const root = pem
    ?.map((text) => new X509Certificate(text))
    .find(({ subject }) => /Public Root/.test(subject));
  expect(root?.raw.toString("latin1")).toContain("example.com");
  expect(root?.raw.toString("latin1")).not.toContain("qq.com");
});

test.each(["cdnEndpoint", "sslEndpoint"] as const)(
  "attack: a page of another site is refused by %s",
  async (name) => {
    const response = await fetch(apis.places[name], {
      method: "POST",
      headers: { origin: "https://evil.example", "content-type": "text/plain" },
      body: "{}",
    });
    expect(await response.text()).toContain("UnauthorizedOperation");
  },
);

test("attack: a name rebound to this machine is not answered by the edge", async () => {
  expect((await getPlainly("rebound.evil.example", "/")).status).toBe(404);
  expect(await shown("rebound.evil.example")).toBe("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE");
});
