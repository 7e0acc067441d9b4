/**
 * Server-sent events out of a stream of bytes, as the WHATWG specification reads them.
 *
 * Read with `fetch` rather than with `EventSource`, which hides the status of an answer: whether a
 * suggestion is unknown (404, the server was restarted) or the server is gone matters here.
 */

/** One event as it came. */
export interface ServerEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/** Puts events together from chunks of text, wherever those are cut. */
export class EventParser {
  #rest = "";
  #id = "";
  #type = "";
  #data: string[] = [];

  /** Take a chunk in; gives the events that it completes. */
  take(chunk: string): ServerEvent[] {
    const text = this.#rest + chunk;
    // A CR at the very end may be half of a CR LF: it waits for what comes next.
    const cut = text.endsWith("\r") ? text.length - 1 : text.length;
    const lines = text.slice(0, cut).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? "") + text.slice(cut);
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): ServerEvent | null {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id" && !value.includes("\0")) this.#id = value;
    else if (field === "event") this.#type = value;
    else if (field === "data") this.#data.push(value);
    return null;
  }

  #dispatch(): ServerEvent | null {
    const event =
      this.#data.length > 0
        ? { id: this.#id, type: this.#type || "message", data: this.#data.join("\n") }
        : null;
    this.#type = "";
    this.#data = [];
    return event;
  }
}

/** All events of a response's body, until it ends. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const parser = new EventParser();
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.take(decoder.decode(value, { stream: true }));
    }
  } finally {
    reader.releaseLock();
  }
}
