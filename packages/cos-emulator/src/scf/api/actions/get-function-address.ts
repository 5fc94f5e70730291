import type { ApiAction } from "../../../cloud-api/listener.ts";
import { functionResource } from "../resource.ts";
import type { ScfService } from "../scf-service.ts";

/** https://cloud.tencent.com/document/api/583/34409 */
export function getFunctionAddress(scf: ScfService, codeUrl: (functionName: string) => string): ApiAction {
  return {
    parameters: new Set(["FunctionName", "Namespace", "Qualifier"]),
    resource: functionResource(scf),
    run({ parameters }) {
      const found = scf.named(parameters);
      return { Url: codeUrl(found.name), CodeSha256: found.code.sha256 };
    },
  };
}
