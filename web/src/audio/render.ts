/** Renders a WAV file in a worker. */
import type { RenderRequest } from "./offline.ts";
import type { RenderAnswer } from "./render_worker.ts";
import { AudioProblem } from "./types.ts";

/**
 * Render a piece to a WAV file.
 *
 * @throws AudioProblem "render" when the synthesizer fails or memory does not suffice.
 * @throws DOMException AbortError when `signal` is aborted.
 */
export function renderInWorker(
  request: RenderRequest,
  onProgress?: (share: number) => void,
  signal?: AbortSignal,
): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./render_worker.ts", import.meta.url), { type: "module" });
    const finish = (settle: () => void): void => {
      worker.terminate();
      signal?.removeEventListener("abort", abort);
      settle();
    };
    const fail = (why: string): void =>
      finish(() =>
        reject(
          new AudioProblem(
            "render",
            `The sound could not be rendered: ${why}. Try again, or export MIDI and render it in your DAW.`,
          ),
        ),
      );
    const abort = (): void => finish(() => reject(signal?.reason));
    if (signal?.aborted) {
      abort();
      return;
    }
    signal?.addEventListener("abort", abort);
    worker.onerror = (event) => fail(event.message || "the worker did not start");
    worker.onmessage = ({ data }: MessageEvent<RenderAnswer>) => {
      if (data.kind === "progress") onProgress?.(data.share);
      else if (data.kind === "failed") fail(data.message);
      else finish(() => resolve(new Blob([data.wav], { type: "audio/wav" })));
    };
    worker.postMessage(request, [request.soundfont]);
  });
}
