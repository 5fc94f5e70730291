import type { Clock } from "../cloud/clock.ts";
import { ApiError } from "../cloud-api/api-error.ts";
import type { Certificate } from "./certificate.ts";
import type { CertificateUse } from "./certificate-user.ts";

/** One resource whose certificate is replaced. */
export interface DeploymentItem {
  readonly id: number;
  readonly resourceType: string;
  readonly use: CertificateUse;
  /** Why it failed; undefined when it succeeded. */
  readonly error: string | undefined;
}

export interface Deployment {
  readonly id: number;
  readonly oldId: string;
  readonly newId: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly items: readonly DeploymentItem[];
}

/** Where to replace a certificate. */
export type Target = readonly [resourceType: string, use: CertificateUse];

const FIRST_ID = 700_001;

/** The tasks that deploy certificates, which take a while. */
export class Deployments {
  readonly #clock: Clock;
  readonly #takesMs: number;
  readonly #records = new Map<number, Deployment>();
  /** When each search for what uses a certificate will be complete. */
  readonly #searches = new Map<string, number>();
  #nextId = FIRST_ID;

  constructor(clock: Clock, takesMs: number) {
    this.#clock = clock;
    this.#takesMs = takesMs;
  }

  clear(): void {
    this.#records.clear();
    this.#searches.clear();
  }

  find(id: number): Deployment | undefined {
    return this.#records.get(id);
  }

  isRunning({ startedAt }: Deployment): boolean {
    return this.#clock() < startedAt + this.#takesMs;
  }

  /** A running one that replaces `oldId` or, if that is empty, deploys `newId`. */
  running(oldId: string, newId: string): Deployment | undefined {
    return [...this.#records.values()].find(
      (record) => this.isRunning(record) && (oldId === "" ? record.newId === newId : record.oldId === oldId),
    );
  }

  /** Whether the listing of what uses a certificate is complete. The first call starts it. */
  isListed(key: string): boolean {
    if (!this.#searches.has(key)) this.startSearch(key);
    else if (this.hasSearched(key)) return this.#searches.delete(key);
    return false;
  }

  /** Starts the search of a task for what uses a certificate, anew if it has run before. */
  startSearch(task: string): void {
    this.#searches.set(task, this.#clock() + this.#takesMs / 4);
  }

  /** Whether the search of a task has ended. Its result stays. */
  hasSearched(task: string): boolean {
    const doneAt = this.#searches.get(task);
    return doneAt !== undefined && this.#clock() >= doneAt;
  }

  /** @throws {ApiError} FailedOperation.CertificateDeployInstanceEmpty when there is nothing to replace */
  async start(oldId: string, certificate: Certificate, targets: readonly Target[]): Promise<Deployment> {
    if (targets.length === 0) {
      throw new ApiError(
        "FailedOperation.CertificateDeployInstanceEmpty",
        "There is no instance for the selected cloud resource.",
      );
    }
    const items: DeploymentItem[] = [];
    for (const [resourceType, use] of targets) {
      const error = await use.replace(certificate).then(
        () => undefined,
        (failure: unknown) => (failure instanceof Error ? failure.message : String(failure)),
      );
      items.push({ id: this.#take(), resourceType, use, error });
    }
    const record = { id: this.#take(), oldId, newId: certificate.id, startedAt: this.#clock(), items };
    this.#records.set(record.id, record);
    return record;
  }

  #take(): number {
    this.#nextId += 1;
    return this.#nextId;
  }
}
