import type { Clock } from "../cloud/clock.ts";
import { ApiError } from "../cloud-api/api-error.ts";
import type { Certificate } from "./certificate.ts";
import type { CertificateStore } from "./certificate-store.ts";
import type { CertificateUser } from "./certificate-user.ts";
import { Deployments } from "./deployments.ts";

export interface SslOptions {
  readonly ownerUin: string;
  readonly clock: Clock;
  readonly certificates: CertificateStore;
  /** How long deploying a certificate takes. */
  readonly deployMs: number;
}

/** The state of the emulated SSL service. It is gone when the emulator ends. */
export class SslService {
  readonly options: SslOptions;
  readonly deployments: Deployments;
  readonly users: CertificateUser[] = [];

  constructor(options: SslOptions) {
    this.options = options;
    this.deployments = new Deployments(options.clock, options.deployMs);
  }

  get certificates(): CertificateStore {
    return this.options.certificates;
  }

  /** @throws {ApiError} FailedOperation.CertificateNotFound */
  async named(id: string): Promise<Certificate> {
    await this.certificates.settle();
    const found = this.certificates.find(id);
    if (found === undefined) {
      throw new ApiError("FailedOperation.CertificateNotFound", "The certificate does not exist.");
    }
    return found;
  }

  clear(): void {
    this.certificates.clear();
    this.deployments.clear();
  }
}
