import { Writer } from 'protobufjs/minimal';
import { compress } from 'snappyjs';
import type { NativeHistogram } from '../../traffic-model';

/** The labels of a series, its name among them as `__name__`. */
export type SeriesLabels = Readonly<Record<string, string>>;

/** A sample; undefined is the mark that a series has ended. Milliseconds since 1970. */
export interface Sample {
  readonly at: number;
  readonly value: number | NativeHistogram | undefined;
}

/** A series with samples in the order of their times. */
export interface Series {
  readonly labels: SeriesLabels;
  readonly samples: readonly Sample[];
}

/**
 * Encodes a `WriteRequest`, compressed as the protocol wants it.
 *
 * @see https://prometheus.io/docs/specs/prw/remote_write_spec/
 */
export function encodeWriteRequest(series: readonly Series[]): Uint8Array {
  const writer = Writer.create();
  for (const { labels, samples } of series) {
    writer.uint32(field(1, LENGTH_DELIMITED)).fork();
    for (const name of Object.keys(labels).sort(byBytes)) {
      writer.uint32(field(1, LENGTH_DELIMITED)).fork();
      writer.uint32(field(1, LENGTH_DELIMITED)).string(name);
      writer.uint32(field(2, LENGTH_DELIMITED)).string(labels[name]);
      writer.ldelim();
    }
    for (const { at, value } of samples) {
      if (typeof value === 'object') {
        writeHistogram(writer, value, at);
        continue;
      }
      writer.uint32(field(2, LENGTH_DELIMITED)).fork();
      writer.uint32(field(1, FIXED_64)).raw(bitsOf(value));
      writer.uint32(field(2, VARINT)).int64(Math.round(at));
      writer.ldelim();
    }
    writer.ldelim();
  }
  return compress(new Uint8Array(writer.finish()));
}

/** A message `Histogram` of whole numbers, which has one span of positive buckets. */
function writeHistogram(writer: Writer, { schema, first, counts, count, sum }: NativeHistogram, at: number): void {
  const from = Math.max(
    0,
    counts.findIndex((one) => one > 0),
  );
  const until = counts.reduce((last, one, i) => (one > 0 ? i + 1 : last), from);
  const kept = counts.slice(from, until);
  writer.uint32(field(4, LENGTH_DELIMITED)).fork();
  writer.uint32(field(1, VARINT)).uint64(count);
  writer.uint32(field(3, FIXED_64)).raw(bitsOf(sum));
  writer.uint32(field(4, VARINT)).sint32(schema);
  // No value is near zero.
  writer.uint32(field(5, FIXED_64)).raw(bitsOf(ZERO_THRESHOLD));
  if (kept.length > 0) {
    writer.uint32(field(11, LENGTH_DELIMITED)).fork();
    writer.uint32(field(1, VARINT)).sint32(first + from);
    writer.uint32(field(2, VARINT)).uint32(kept.length);
    writer.ldelim();
    writer.uint32(field(12, LENGTH_DELIMITED)).fork();
    kept.forEach((one, i) => writer.sint64(one - (i === 0 ? 0 : kept[i - 1])));
    writer.ldelim();
  }
  writer.uint32(field(15, VARINT)).int64(Math.round(at));
  writer.ldelim();
}

/** What client libraries take for zero: 2^-128. */
const ZERO_THRESHOLD = 2 ** -128;

const [VARINT, FIXED_64, LENGTH_DELIMITED] = [0, 1, 2];
const field = (number: number, wireType: number): number => (number << 3) | wireType;

const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The NaN by which Prometheus knows that a series has ended. JavaScript does not keep the bits of a NaN, so they are
 * written as they are.
 *
 * @see https://github.com/prometheus/prometheus/blob/main/model/value/value.go
 */
const STALE = Uint8Array.from([0x02, 0, 0, 0, 0, 0, 0xf0, 0x7f]);

function bitsOf(value: number | undefined): Uint8Array {
  if (value === undefined) return STALE;
  const bits = new Uint8Array(8);
  new DataView(bits.buffer).setFloat64(0, value, true);
  return bits;
}
