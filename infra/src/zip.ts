import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Files as a zip with no compression and a fixed date: the same bytes for the same files, on every machine. */
export function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(files).map(([name, text]) => ({
    name: Buffer.from(name),
    data: Buffer.from(text),
  }));
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, data } of entries) {
    const common = commonHeader(name, data);
    const local = Buffer.concat([signature(0x04034b50), common, name, data]);
    const place = Buffer.alloc(14);
    // Regular file, readable by all: Lambda runs as another user.
    place.writeUInt32LE(0o100644 * 0x10000, 6);
    place.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([signature(0x02014b50), version(0x031e), common, place, name]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, signature(0x06054b50), end]);
}

export const sha256Base64 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64');

const signature = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
};

const version = (value: number): Buffer => {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16LE(value);
  return buffer;
};

/** 1 January 1980, the first day a zip knows. */
const firstDay = 0x0021;

/** What the local header and the directory's say alike: version needed, flags, method, time, date, checksum, sizes, lengths. */
function commonHeader(name: Buffer, data: Buffer): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(firstDay, 8);
  header.writeUInt32LE(crc32(data), 10);
  header.writeUInt32LE(data.length, 14);
  header.writeUInt32LE(data.length, 18);
  header.writeUInt16LE(name.length, 22);
  return header;
}
