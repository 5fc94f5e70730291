import { parts } from "cos-uploader/parts";
import { createUploader } from "cos-uploader/uni";

const { upload } = createUploader({ endpoint: "https://upload.example.com", parts });

type OnProgress = (progress: { fraction: number }) => void;

export async function sendAvatar(onProgress: OnProgress): Promise<string> {
  const { tempFilePaths } = await uni.chooseImage({ count: 1 });
  const [path = ""] = tempFilePaths;
  return (await upload(path, { rule: "avatar", onProgress })).key;
}

export async function sendVideo(onProgress: OnProgress): Promise<string> {
  const { tempFilePath } = await uni.chooseVideo({});
  return (await upload(tempFilePath, { rule: "video", onProgress })).key;
}
