import { createServer } from "node:http";
import { LOOPBACK, listen, stop } from "../cloud/listen.ts";
import { claim, type Service } from "../cloud/service.ts";
import type { Cloud } from "../cloud.ts";
import { createApiHandler, guardApi } from "../cloud-api/listener.ts";
import { keysOf } from "../sts/sts-listener.ts";
import { applyCertificate } from "./actions/apply-certificate.ts";
import { createBindResourceTask, describeBindResourceTask } from "./actions/bind-resources.ts";
import { describeCertificate, describeCertificateDetail } from "./actions/describe-certificate.ts";
import { describeCertificates } from "./actions/describe-certificates.ts";
import { describeDeployRecord, describeUpdateRecord } from "./actions/describe-record.ts";
import { deployInstance, updateInstance } from "./actions/update-instance.ts";
import { uploadCertificate } from "./actions/upload-certificate.ts";
import type { CertificateStore } from "./certificate-store.ts";
import type { CertificateUser } from "./certificate-user.ts";
import { SslService } from "./ssl-service.ts";

export interface SslServiceOptions {
  readonly port: number;
  readonly certificates: CertificateStore;
  readonly users: readonly CertificateUser[];
  /** How long deploying a certificate takes. */
  readonly deployMs: number;
}

export interface Ssl extends Service {
  /** SSL_ENDPOINT: `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
}

/** SSL Certificates' API, 2019-12-05. */
export async function startSsl(options: SslServiceOptions, cloud: Cloud): Promise<Ssl> {
  const { account, credentials, clock, log, requests } = cloud;
  const ssl = new SslService({
    ownerUin: account.ownerUin,
    clock,
    certificates: options.certificates,
    deployMs: options.deployMs,
  });
  ssl.users.push(...options.users);
  const service = "ssl";
  const api = createApiHandler({
    service,
    unauthorizedCode: "FailedOperation.AuthError",
    version: "2019-12-05",
    actions: new Map([
      ["DescribeCertificates", describeCertificates(ssl)],
      ["DescribeCertificate", describeCertificate(ssl)],
      ["DescribeCertificateDetail", describeCertificateDetail(ssl)],
      ["UploadCertificate", uploadCertificate(ssl)],
      ["ApplyCertificate", applyCertificate(ssl)],
      ["CreateCertificateBindResourceSyncTask", createBindResourceTask(ssl)],
      ["DescribeCertificateBindResourceTaskDetail", describeBindResourceTask(ssl)],
      ["UpdateCertificateInstance", updateInstance(ssl)],
      ["DeployCertificateInstance", deployInstance(ssl)],
      ["DescribeHostUpdateRecordDetail", describeUpdateRecord(ssl)],
      ["DescribeHostDeployRecordDetail", describeDeployRecord(ssl)],
    ]),
    findKey: keysOf({ account, store: credentials }),
    clock,
    log,
  });
  const server = createServer(requests.recorded("SSL", guardApi(api, { service, log })));
  const opened = await claim("SSL", options.port, () => listen(server, options.port));
  const endpoint = `http://${LOOPBACK}:${opened}`;
  return {
    endpoint,
    describe: () => [["SSL", endpoint]],
    reset: async () => ssl.clear(),
    stop: () => stop(server),
  };
}
