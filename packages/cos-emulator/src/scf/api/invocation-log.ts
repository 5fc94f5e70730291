import { beijingTime } from "../../cloud-api/time.ts";
import type { Invocation } from "../runtime/function-runtime.ts";

/** How many invocations of a function are kept. */
const KEPT = 1000;
/** The request id in a log line of this project's functions. */
const REQUEST_ID = /"requestId":"([\w-]+)"/;

/** One invocation as GetFunctionLogs returns it. */
export interface LogRecord {
  readonly requestId: string;
  readonly startMs: number;
  /** 0 for an invocation that completed, the platform's status code for any other. */
  readonly retCode: number;
  readonly durationMs: number;
  readonly memoryBytes: number;
  /** What the function returned; the platform keeps it, credentials and all. */
  readonly retMsg: string;
  readonly text: string;
}

/** What a function's invocations wrote and returned. */
export class InvocationLog {
  #pending: string[] = [];
  #records: LogRecord[] = [];

  /** A line that one of the instances wrote. */
  write(line: string): void {
    this.#pending.push(line);
  }

  /** Newest last. */
  get records(): readonly LogRecord[] {
    return this.#records;
  }

  /** Ends an invocation. The lines written since belong to it, except those with another request id. */
  record(invocation: Invocation, startMs: number, memoryMb: number): LogRecord {
    const { requestId, outcome, durationMs, memoryBytes = 0 } = invocation;
    const isOwn = (line: string) => [undefined, requestId].includes(REQUEST_ID.exec(line)?.[1]);
    const own = this.#pending.filter(isOwn);
    this.#pending = this.#pending.filter((line) => !isOwn(line));
    const retMsg = outcome.ok ? outcome.json : JSON.stringify(outcome.failure);
    const duration = Math.max(1, Math.round(durationMs));
    const used = (memoryBytes / 1024 / 1024).toFixed(2);
    const record: LogRecord = {
      requestId,
      startMs,
      retCode: outcome.ok ? 0 : outcome.failure.statusCode,
      durationMs: duration,
      memoryBytes,
      retMsg,
      text: [
        `START RequestId:${requestId}`,
        `Event RequestId:${requestId}`,
        ...own,
        `END RequestId:${requestId}`,
        `Report RequestId:${requestId} Duration:${duration}ms Memory:${memoryMb}MB MemUsage:${used}MB`,
        `Response RequestId:${requestId} RetMsg:${retMsg}`,
        "",
      ].join("\n"),
    };
    this.#records = [...this.#records, record].slice(-KEPT);
    return record;
  }
}

/** A record as the API returns it. */
export function logAnswer(functionName: string, record: LogRecord): Readonly<Record<string, unknown>> {
  return {
    FunctionName: functionName,
    RequestId: record.requestId,
    StartTime: beijingTime(record.startMs),
    RetCode: record.retCode,
    InvokeFinished: 1,
    Duration: record.durationMs,
    BillDuration: record.durationMs,
    MemUsage: record.memoryBytes,
    RetMsg: record.retMsg,
    Log: record.text,
  };
}
