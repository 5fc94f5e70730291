import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import { type EntryRequest, queryParameters } from "./entry-request.ts";

const STAGE = "release";

/**
 * The event of an API Gateway trigger. A body that is not UTF-8 is sent as base64.
 * Source: https://www.tencentcloud.com/document/product/583/31439
 */
export function apiGatewayEvent(request: EntryRequest): Readonly<Record<string, unknown>> {
  const binary = !isUtf8(request.body);
  return {
    requestContext: {
      serviceId: "service-emulator",
      path: request.path,
      httpMethod: request.method,
      requestId: randomUUID(),
      identity: {},
      sourceIp: request.remoteAddress,
      stage: STAGE,
    },
    headers: request.headers,
    body: request.body.toString(binary ? "base64" : "utf8"),
    isBase64Encoded: binary,
    pathParameters: {},
    queryStringParameters: {},
    headerParameters: {},
    stageVariables: { stage: STAGE },
    path: request.path,
    queryString: queryParameters(request.query),
    httpMethod: request.method,
  };
}
