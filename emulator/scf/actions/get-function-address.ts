import type { ApiAction } from "../../cloud-api/listener.ts";
import type { ScfService } from "../scf-service.ts";

/** https://cloud.tencent.com/document/api/583/34409 */
export function getFunctionAddress(scf: ScfService, codeUrl: (functionName: string) => string): ApiAction {
  return {
    parameters: new Set(["FunctionName", "Namespace", "Qualifier"]),
    run({ parameters }) {
      const found = scf.named(parameters);
      return { Url: codeUrl(found.name), CodeSha256: found.code.sha256 };
    },
  };
}
