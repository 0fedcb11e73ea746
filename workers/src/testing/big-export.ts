/** Events of an export made as it is read, so that it may be larger than memory. Every value differs from its neighbours'. */
export interface BigExport {
  hours: number;
  bytes: number;
  rows: number;
  lines: (hour: string) => Generator<string[]>;
}

const linesAtOnce = 200;

function eventLine(hour: string, i: number): string {
  const day = `${hour.slice(0, 4)}-${hour.slice(4, 6)}-${hour.slice(6, 8)}`;
  const second = String(i % 60).padStart(2, '0');
  const spread = Math.imul(i + 1, 2654435761) >>> 0;
  const at = `${day} ${hour.slice(9)}:${second}:59.${String(spread % 1_000_000).padStart(6, '0')}`;
  const sessions = Array.from({ length: 8 }, (_, n) => `"s${n}":"session ${(spread >>> n) % 9973} of ${n}"`);
  return `{"uuid":"${hour}-${spread.toString(16)}-${i}","event_type":"view ${spread % 40}","event_time":"${at}","server_upload_time":"${at}","user_id":"user ${spread % 100_003}","device_id":"device ${spread % 50_021}","amplitude_id":${spread},"country":"country ${spread % 195}","event_properties":{"price":${(spread % 10_000) / 100},"quantity":${spread % 7},"member":${spread % 3 === 0},${sessions.join(',')}},"user_properties":{"plan":"plan ${spread % 4}","age":${spread % 90}},"groups":{},"data":{"path":"/insights/${spread % 1999}"}}`;
}

/** About `megabytes` of JSON in so many hours. */
export function bigExport(megabytes: number, hours: number): BigExport {
  const lineBytes = eventLine('20210527T00', 123_456).length + 1;
  const rowsPerHour = Math.ceil((megabytes * 1_000_000) / lineBytes / hours);
  return {
    hours,
    bytes: rowsPerHour * hours * lineBytes,
    rows: rowsPerHour * hours,
    *lines(hour) {
      for (let start = 0; start < rowsPerHour; start += linesAtOnce)
        yield Array.from({ length: Math.min(linesAtOnce, rowsPerHour - start) }, (_, i) =>
          eventLine(hour, start + i),
        );
    },
  };
}
