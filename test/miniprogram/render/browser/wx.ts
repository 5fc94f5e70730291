import type { Phone } from "../phone.ts";

declare global {
  interface Window {
    phone: Phone;
  }
}

interface Callbacks {
  readonly success?: (result: object) => void;
  readonly fail?: (error: { readonly errMsg: string }) => void;
}

interface RequestOptions extends Callbacks {
  readonly url: string;
  readonly method?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly data?: object | string | ArrayBuffer;
}

interface UploadOptions extends RequestOptions {
  readonly filePath: string;
  readonly name: string;
  readonly formData: Readonly<Record<string, string>>;
}

/** The parts of `wx` that the sample and its component call, over the browser's own requests. */
export function installWx(): void {
  const { phone } = window;
  const blobs = new Map(
    phone.files.map(({ path, type, content, size }) => {
      const given = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
      const bytes = new Uint8Array(size ?? given.length);
      bytes.set(given);
      return [path, new Blob([bytes], { type })] as const;
    }),
  );
  // A picture's path is shown as it is, so a browser must be able to load it too; the fragment has its extension.
  const urls = new Map(
    [...blobs].map(([path, blob]) => [path, `${URL.createObjectURL(blob)}#${path}`] as const),
  );
  const blobOf = (path: string) => blobs.get(path.slice(path.indexOf("#") + 1));

  function send(
    { url, method = "GET", header = {}, success, fail }: RequestOptions,
    body: XMLHttpRequestBodyInit | null,
  ) {
    const request = new XMLHttpRequest();
    const listeners: ((progress: object) => void)[] = [];
    request.open(method, url);
    for (const [name, value] of Object.entries(header)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => {
      const progress = {
        progress: (100 * loaded) / total,
        totalBytesSent: loaded,
        totalBytesExpectedToSend: total,
      };
      for (const listener of listeners) listener(progress);
    };
    request.onload = () =>
      success?.({ statusCode: request.status, header: {}, data: read(request.responseText) });
    request.onerror = () => fail?.({ errMsg: "request:fail " });
    request.onabort = () => fail?.({ errMsg: "request:fail abort" });
    request.send(body);
    return {
      abort: () => request.abort(),
      onProgressUpdate: (listener: (progress: object) => void) => listeners.push(listener),
    };
  }

  const wx = {
    ...(phone.language !== "" && { getAppBaseInfo: () => ({ language: phone.language }) }),
    setNavigationBarTitle: ({ title }: { readonly title: string }) => {
      document.title = title;
    },
    login({ success, fail }: Callbacks) {
      const code = phone.codes.shift();
      if (code === undefined) fail?.({ errMsg: "login:fail " });
      else success?.({ code });
    },
    request(options: RequestOptions) {
      const isText = typeof options.data === "string" || options.data === undefined;
      const body =
        options.data instanceof ArrayBuffer || isText ? options.data : JSON.stringify(options.data);
      const header = { "content-type": "application/json", ...options.header };
      return send(
        { ...options, header },
        typeof body === "string" || body instanceof ArrayBuffer ? body : null,
      );
    },
    uploadFile(options: UploadOptions) {
      const file = blobOf(options.filePath);
      if (file === undefined) {
        options.fail?.({ errMsg: "uploadFile:fail file not found" });
        return { abort() {}, onProgressUpdate() {} };
      }
      const form = new FormData();
      for (const [name, value] of Object.entries(options.formData)) form.append(name, value);
      form.append(options.name, file, "file");
      return send({ ...options, method: "POST" }, form);
    },
    getFileSystemManager: () => ({
      stat({ path, success, fail }: Callbacks & { readonly path: string }) {
        const file = blobOf(path);
        if (file === undefined) fail?.({ errMsg: "stat:fail no such file or directory" });
        else success?.({ stats: { size: file.size } });
      },
      getFileInfo({ filePath, success }: Callbacks & { readonly filePath: string }) {
        success?.({ size: blobOf(filePath)?.size ?? 0 });
      },
    }),
    chooseMedia({ count, success, fail }: Callbacks & { readonly count: number }) {
      if (phone.chooseFailure !== "") {
        fail?.({ errMsg: phone.chooseFailure });
        return;
      }
      const media = phone.files.filter(({ type }) => /^(?:image|video)\//.test(type)).slice(0, count);
      const tempFiles = media.map(({ path, type }) => ({
        tempFilePath: urls.get(path) ?? path,
        fileType: type.startsWith("video") ? "video" : "image",
        thumbTempFilePath: "",
        size: blobs.get(path)?.size ?? 0,
      }));
      success?.({ tempFiles });
    },
    chooseMessageFile({ count, success }: Callbacks & { readonly count: number }) {
      const tempFiles = phone.files
        .filter(({ type }) => !/^(?:image|video)\//.test(type))
        .slice(0, count)
        .map(({ path, name }) => ({ path, name, type: "file", size: blobs.get(path)?.size ?? 0 }));
      success?.({ tempFiles });
    },
    showActionSheet({ itemList, success, fail }: Callbacks & { readonly itemList: string[] }) {
      phone.lists.push(itemList);
      const tapIndex = phone.taps.shift();
      if (tapIndex === undefined) fail?.({ errMsg: "showActionSheet:fail cancel" });
      else success?.({ tapIndex });
    },
    previewMedia: (options: object) => phone.previews.push(options),
    openDocument: (options: object) => phone.previews.push(options),
  };
  Object.assign(globalThis, { wx });
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
