/** A link as a QR code, drawn. */
import { correction, generate } from "lean-qr/nano";

export interface QrDrawing {
  /** Squares along each side, without the quiet around it. */
  size: number;
  /** An outline that covers the dark squares, each run of them once. */
  path: string;
}

/** Returns the code of a link, with error correction M: a print may be a little stained. */
export function qrOf(link: string): QrDrawing {
  const code = generate(link, { minCorrectionLevel: correction.M });
  const { size } = code;
  let path = "";
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const from = x;
      while (code.get(x, y)) x += 1;
      if (x > from) path += `M${from} ${y}h${x - from}v1h-${x - from}z`;
    }
  }
  return { size, path };
}
