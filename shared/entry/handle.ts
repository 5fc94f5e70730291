import type { Environment } from "../config.ts";
import { internalError, methodNotAllowed, notFound, ServiceError } from "../errors.ts";
import { corsHeaders, type Origins, preflightHeaders } from "../http/cors.ts";
import { type HttpRequest, MAX_BODY_BYTES, readEvent } from "../http/request.ts";
import { type HttpAnswer, type PlatformResponse, platformResponse } from "../http/response.ts";
import { wrongSetting } from "../wrong-setting.ts";
import { coldStart } from "./cold-start.ts";
import { errorAnswer } from "./error-answer.ts";
import { Invocation } from "./invocation.ts";
import { writeLine } from "./log.ts";

/** A function's `main_handler`, as SCF calls it. */
export type Handler = (event: unknown, context: unknown) => Promise<PlatformResponse>;

/** What every function's setup returns, in addition to its own parts. */
export interface Setup {
  readonly corsOrigins: Origins;
}

/** The methods that functions serve; HEAD goes with GET, and OPTIONS is always answered. */
export type Method = "GET" | "POST" | "DELETE";

/** A function's name and what it answers to. */
export interface Entry {
  /** Also its path: it answers at `/<name>` and at `/`, the root of its own Function URL. */
  readonly name: string;
  readonly methods: readonly Method[];
}

/** Answers one request, or throws a ServiceError. */
export type Serve<T extends Setup> = (
  request: HttpRequest,
  ready: T,
  invocation: Invocation,
) => Promise<HttpAnswer>;

/** What a function answers at one of its paths. */
export interface Route<T extends Setup> {
  /** What comes after the function's own path: empty, or such as `/delete`. */
  readonly path: string;
  readonly methods: readonly Method[];
  readonly serve: Serve<T>;
  /** The longest body that it reads, in bytes. Default: 16 KiB. */
  readonly maxBodyBytes?: number;
}

/**
 * Makes a `main_handler` of a function's steps.
 *
 * `setup` runs once, at cold start, and reads the environment; a ConfigurationError there is logged, and
 * every request is then answered with a 500 that says nothing about values. Whatever happens, the platform gets a
 * well-formed response, and the log gets one line of JSON per request.
 */
export function handle<T extends Setup>(
  { name, methods }: Entry,
  setup: (env: Environment) => T,
  serve: Serve<T>,
): Handler {
  return handleRoutes(name, setup, [{ path: "", methods, serve }]);
}

/**
 * The same for a function with more than one path, or another step for each method. It answers at `/<name>` followed
 * by a route's path, and, at its own Function URL, at the route's path alone.
 */
export function handleRoutes<T extends Setup>(
  name: string,
  setup: (env: Environment) => T,
  routes: readonly Route<T>[],
): Handler {
  const ready = coldStart(name, setup);
  const maxBodyBytes = Math.max(...routes.map((route) => route.maxBodyBytes ?? MAX_BODY_BYTES));

  function answer(request: HttpRequest, invocation: Invocation): HttpAnswer | Promise<HttpAnswer> {
    if (ready === undefined) throw wrongSetting();
    const path = request.path.replace(/\/$/, "");
    // Gateways put their own path before it, such as the stage /release.
    const here = routes.filter((route) => path === route.path || path.endsWith(`/${name}${route.path}`));
    if (here.length === 0) {
      const paths = new Set(routes.map((route) => `/${name}${route.path}`));
      throw notFound(`Nothing is served here; this function answers at ${[...paths].join(", ")}.`);
    }
    const route = here.find(({ methods }) =>
      methods.some((method) => served(method).includes(request.method)),
    );
    if (route !== undefined) return route.serve(request, ready, invocation);
    const allow = [...here.flatMap(({ methods }) => methods.flatMap(served)), "OPTIONS"].join(", ");
    if (request.method === "OPTIONS") {
      return { status: 204, headers: { allow, ...preflightHeaders(request, allow) } };
    }
    throw methodNotAllowed(`Use one of ${allow}.`, { headers: { allow } });
  }

  return async (event, context) => {
    const invocation = new Invocation(context);
    const request = readEvent(event, maxBodyBytes);
    const cors = ready === undefined ? {} : corsHeaders(request, ready.corsOrigins);
    let code = "OK";
    let result: HttpAnswer;
    try {
      result = await answer(request, invocation);
    } catch (thrown) {
      const error = toServiceError(thrown, invocation);
      code = error.code;
      result = errorAnswer(error, invocation.requestId);
    }
    writeLine({
      level: result.status < 500 ? "info" : "error",
      requestId: invocation.requestId,
      function: name,
      status: result.status,
      code,
      ...invocation.log,
      totalMs: invocation.elapsedMs(),
    });
    return platformResponse(result, cors, request.method !== "HEAD");
  };
}

/** The methods of requests that a method serves. */
function served(method: Method): string[] {
  return method === "GET" ? ["GET", "HEAD"] : [method];
}

/**
 * What to tell the caller about a thrown value. The log names an unforeseen one only by its class:
 * errors of HTTP clients carry the request, and with it secrets.
 */
function toServiceError(thrown: unknown, invocation: Invocation): ServiceError {
  if (thrown instanceof ServiceError) {
    invocation.note(thrown.log);
    return thrown;
  }
  invocation.note({ error: thrown instanceof Error ? thrown.name : typeof thrown });
  return internalError("The service failed; try again, and report the requestId if it persists.");
}
