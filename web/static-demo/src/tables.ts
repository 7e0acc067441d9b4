/** Tables of numbers, as a safetensors file holds them (float32 only). */

export interface Table {
  /** How long a row is. */
  readonly width: number;
  readonly numbers: Float32Array;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly [number, number];
  readonly data_offsets: readonly [number, number];
}

const LENGTH_BYTES = 8;

/** All tables of a file: https://huggingface.co/docs/safetensors */
export function readTables(file: ArrayBuffer): ReadonlyMap<string, Table> {
  const length = Number(new DataView(file).getBigUint64(0, true));
  const header: unknown = JSON.parse(
    new TextDecoder().decode(new Uint8Array(file, LENGTH_BYTES, length)),
  );
  const entries = Object.entries(header as Record<string, Entry>);
  return new Map(
    entries
      .filter(([name]) => name !== "__metadata__")
      .map(
        ([
          name,
          {
            dtype,
            shape,
            data_offsets: [from, to],
          },
        ]) => {
          if (dtype !== "F32") throw new Error(`${name} holds ${dtype}, and float32 is read`);
          const begin = LENGTH_BYTES + length;
          const numbers = new Float32Array(file.slice(begin + from, begin + to));
          return [name, { width: shape[1], numbers }];
        },
      ),
  );
}

/** Adds a row of a table to `sum`. */
export function addRow(sum: Float32Array, table: Table, row: number): void {
  const at = row * table.width;
  for (let i = 0; i < sum.length; i++) sum[i] += table.numbers[at + i];
}
