/**
 * The part of Taro's API that the adapter uses. Taro's own types come with 150 MB of build tools; `npm run platforms` also
 * compiles the adapter against those.
 */
declare module "@tarojs/taro" {
  interface Request {
    url: string;
    header?: Record<string, unknown>;
    timeout?: number;
    fail?: (result: { errMsg: string }) => void;
  }

  interface Task {
    abort(): void;
  }

  interface Answer {
    data: unknown;
    header: Record<string, unknown>;
    statusCode: number;
  }

  const Taro: {
    request(
      option: Request & {
        method?: "GET" | "POST" | "PUT";
        data?: unknown;
        dataType?: string;
        success?: (result: Answer) => void;
      },
    ): Task & Promise<Answer>;
    uploadFile(
      option: Request & {
        filePath: string;
        name: string;
        formData?: Record<string, unknown>;
        success?: (result: { data: string; statusCode: number; errMsg: string }) => void;
      },
    ): Task & Promise<{ data: string; statusCode: number }>;
  };
  export default Taro;
}
