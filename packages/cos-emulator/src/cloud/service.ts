/** A service's name in the log, in errors and in the flag of its port. */
export type ServiceName = "functions" | "COS" | "STS" | "WeChat" | "SCF" | "CDN" | "SSL" | "edge" | "DNS";

/**
 * One service of the emulated cloud. Its folder has a start.ts with one function that takes the service's options and
 * the cloud and returns this. To add a service, add a folder and a line in emulator.ts.
 */
export interface Service {
  /** Says where it is and what it has, for people: one line each, such as `["COS", "http://127.0.0.1:9000"]`. */
  describe(): readonly (readonly [label: string, text: string])[];
  /** Forgets everything since the start. Requests in progress may fail. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Thrown when a service cannot use its port. */
export class PortError extends Error {
  override readonly name = "PortError";
  readonly service: ServiceName;
  readonly port: number;

  constructor(service: ServiceName, port: number, code: string) {
    super(`Port ${port}, for ${service}, ${code === "EADDRINUSE" ? "is taken" : "may not be opened"}`);
    this.service = service;
    this.port = port;
  }
}

/** Runs `open`, and turns the system's error about an unavailable port into a {@link PortError}. */
export async function claim<T>(service: ServiceName, port: number, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const code = systemCode(error) ?? systemCode(error instanceof Error ? error.cause : undefined);
    if (code === "EADDRINUSE" || code === "EACCES") throw new PortError(service, port, code);
    throw error;
  }
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** What has been started, in this order. */
export class Running {
  readonly #services: Pick<Service, "stop">[] = [];
  #stopping: Promise<void> | undefined;

  async add<T extends Pick<Service, "stop">>(starting: Promise<T>): Promise<T> {
    const service = await starting;
    this.#services.push(service);
    return service;
  }

  /** Adds something to do at the stop. */
  onStop(stop: () => Promise<void>): void {
    this.#services.push({ stop });
  }

  /** Stops everything in reverse order, even if one of them fails; a second call waits for the first. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const service of this.#services.toReversed()) await service.stop().catch(() => undefined);
  }
}
