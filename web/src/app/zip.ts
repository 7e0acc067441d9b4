/**
 * Files packed into one, as they are: a ZIP archive without compression.
 *
 * Sound hardly shrinks, and every system opens such an archive.
 */

/** A file in the archive. */
export interface Entry {
  readonly name: string;
  readonly content: Blob;
}

const UTF8_NAMES = 0x0800;
const VERSION = 20;
/** 1980-01-01, the earliest day that the format knows: the same files give the same bytes. */
const DAY = 0x21;

/** The archive; its files keep their order. */
export async function zipOf(entries: readonly Entry[]): Promise<Blob> {
  const parts: BlobPart[] = [];
  const directory: BlobPart[] = [];
  let offset = 0;
  let listed = 0;
  for (const { name, content } of entries) {
    const bytes = new Uint8Array(await content.arrayBuffer());
    const path = new TextEncoder().encode(name);
    const common = [VERSION, UTF8_NAMES, 0, 0, DAY] as const;
    const sizes = [crc32(bytes), bytes.length, bytes.length] as const;
    const head = record(0x04034b50, common, sizes, [path.length, 0], []);
    parts.push(head, path, bytes);
    const entry = record(
      0x02014b50,
      [VERSION, ...common],
      sizes,
      [path.length, 0, 0, 0, 0],
      [0, offset],
    );
    directory.push(entry, path);
    offset += head.length + path.length + bytes.length;
    listed += entry.length + path.length;
  }
  const count = entries.length;
  const end = record(0x06054b50, [0, 0, count, count], [listed, offset], [0], []);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

/** A record's numbers: its mark, 16 bits, 32 bits, 16 bits, 32 bits, each the low byte first. */
function record(
  mark: number,
  first: readonly number[],
  sizes: readonly number[],
  then: readonly number[],
  last: readonly number[],
): Uint8Array<ArrayBuffer> {
  const view = new DataView(
    new ArrayBuffer(4 + 2 * (first.length + then.length) + 4 * (sizes.length + last.length)),
  );
  let at = 0;
  const put = (numbers: readonly number[], bytes: 2 | 4): void => {
    for (const number of numbers) {
      if (bytes === 2) view.setUint16(at, number, true);
      else view.setUint32(at, number, true);
      at += bytes;
    }
  };
  put([mark], 4);
  put(first, 2);
  put(sizes, 4);
  put(then, 2);
  put(last, 4);
  return new Uint8Array(view.buffer);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ TABLE[(value ^ byte) & 0xff];
  return (value ^ 0xffffffff) >>> 0;
}
